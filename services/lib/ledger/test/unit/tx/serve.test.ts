import { describe, expect, it } from "@jest/globals";
import { SERVE_MINER, SERVE_VALIDATOR, Sim } from "../../gen/sim.ts";

describe("serve and unserve", () => {
  it("SERVE-1: publishes and takes away a neuron's endpoint, free of charge", () => {
    const sim = new Sim();
    sim.register("miner");
    expect(sim.include("miner", SERVE_MINER)).toBe("OK");
    expect(sim.neuron("miner")).toMatchObject({ role: "miner", host: "127.0.0.1", port: 9_000 });
    expect(sim.include("miner", { kind: "unserve" })).toBe("OK");
    expect(sim.neuron("miner")).toMatchObject({ role: "miner", host: "", port: 0 });
    expect(sim.include("miner", { kind: "unserve" })).toBe("UNSERVE_NOT_SERVING");
  });

  it("SERVE-1: takes an endpoint of registered hotkeys only, whole, and once a block", () => {
    const sim = new Sim();
    sim.fund("stranger", 10n ** 9n);
    sim.register("miner");
    expect(sim.include("stranger", SERVE_MINER)).toBe("NEURON_UNKNOWN");
    expect(sim.include("stranger", { kind: "unserve" })).toBe("NEURON_UNKNOWN");
    expect(sim.include("miner", { ...SERVE_MINER, port: 0 })).toBe("SERVE_BAD_ENDPOINT");
    expect(sim.include("miner", { ...SERVE_MINER, host: "", port: 0 })).toBe("SERVE_BAD_ENDPOINT");
    sim.send("miner", SERVE_MINER);
    sim.send("miner", { kind: "unserve" });
    expect(sim.block().receipts.map(({ code }) => code)).toEqual(["OK", "SERVE_TOO_SOON"]);
  });

  it("SERVE-2: keeps a bootstrap validator a validator while the bootstrap lasts", () => {
    const sim = new Sim({ params: { bootstrapEndHeight: 10 } });
    expect(sim.include("val", SERVE_MINER)).toBe("SERVE_BOOTSTRAP_ROLE");
    expect(sim.include("val", SERVE_VALIDATOR)).toBe("OK");
    sim.runTo(10);
    expect(sim.include("val", SERVE_MINER)).toBe("OK");
  });
});
