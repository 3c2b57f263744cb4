import { describe, expect, it } from "@jest/globals";
import { type MinerOptionsInput, parseMinerOptions } from "../../src/config.ts";

const least: MinerOptionsInput = {
  name: "miner-0",
  network: { endpoints: ["127.0.0.1:4000"] },
  identity: { seedFile: "seed", owner: "gln1owner" },
  model: { plugin: "noise" },
  stateDir: "state",
};

describe("parseMinerOptions", () => {
  it("fills what is left out", () => {
    expect(parseMinerOptions(least)).toMatchObject({
      registration: { mode: "work", maxPriceSpikes: "0", afterEpochs: 0 },
      listen: { host: "127.0.0.1", port: 0 },
      model: { options: {} },
    });
  });

  it("takes its own result", () => {
    const options = parseMinerOptions(least);
    expect(parseMinerOptions(options)).toEqual(options);
  });

  it.each([
    ["an unknown field", { ...least, gpu: 1 }, "gpu"],
    ["two keys", { ...least, identity: { ...least.identity, keyFile: "key" } }, "either keyFile or seedFile"],
    ["no owner", { ...least, identity: { seedFile: "seed" } }, "identity.owner"],
    ["money as a number", { ...least, registration: { maxPriceSpikes: 1 } }, "registration.maxPriceSpikes"],
    ["no endpoint", { ...least, network: { endpoints: [] } }, "network.endpoints"],
  ])("refuses %s, naming it", (_what, options, named) => {
    expect(() => parseMinerOptions(options)).toThrow(named);
  });
});
