import { createMixtureState } from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import { encodeMarket } from "../../src/market/checkpointCodec.ts";
import { openMarketState } from "../../src/market/openMarketState.ts";
import { SMALL } from "../fakeMarket.ts";

describe("openMarketState", () => {
  const state = createMixtureState({ domains: ["en", "de"], parameters: SMALL });
  for (const domain of state.domains) domain.scoredRows = 7;
  const saved = Uint8Array.from(
    Buffer.concat(encodeMarket({ state, memory: { randomState: 5, trust: [], replays: [] } })),
  );

  it("keeps what was learned when a domain is added", () => {
    const { state: grown, memory } = openMarketState(saved, ["en", "fr", "de"], 1);
    expect(grown.domains.map(({ name, scoredRows }) => [name, scoredRows])).toEqual([
      ["en", 7],
      ["fr", 0],
      ["de", 7],
    ]);
    expect(memory.randomState).toBe(5);
  });

  it("refuses sources that lack a domain of the checkpoint, and says what to do", () => {
    expect(() => openMarketState(saved, ["en"], 1)).toThrow(
      expect.objectContaining({
        code: "VALIDATOR_OTHER_DOMAINS",
        message: expect.stringContaining("restore the sources"),
      }),
    );
  });
});
