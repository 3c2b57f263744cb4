import { PRESETS, type ProtocolParams } from "@ganglion/params";
import { describe, expect, it } from "@jest/globals";
import { createGenesis, findParamsProblem } from "../../../src/index.ts";
import { testGenesis } from "../../gen/testGenesis.ts";

const { protocol } = PRESETS.mainnet;

describe("findParamsProblem", () => {
  it("PARAM-1: holds for every preset", () => {
    for (const preset of Object.values(PRESETS)) expect(findParamsProblem(preset.protocol)).toBeUndefined();
  });

  it("PARAM-1: names the relation that parameters break", () => {
    const cases: readonly (readonly [string, Partial<ProtocolParams>])[] = [
      ["PARAMS_UNBONDING_SHORT", { unbondingBlocks: protocol.evidenceAgeBlocks + 720 }],
      ["PARAMS_UNBONDING_SHORT", { unbondingMs: protocol.evidenceAgeMs + 720 * 12_000 }],
      ["PARAMS_TRUST_LONG", { trustPeriodMs: protocol.trustPeriodMs + 1 }],
      ["PARAMS_RETAIN_SHORT", { retainBlocks: protocol.evidenceAgeBlocks - 1 }],
      ["PARAMS_IMMUNITY_SHORT", { immunityBlocks: 5 * 360 }],
      ["PARAMS_CUTOFF", { commitCutoffBlocks: 360 }],
      ["PARAMS_TAKE", { takeDefaultPpm: 180_001 }],
      ["PARAMS_BURN", { burnStartSpikes: protocol.burnMaxSpikes + 1n }],
      ["PARAMS_DIFFICULTY", { difficultyMin: 0n }],
      ["PARAMS_KEYS", { minConsensusKeys: 129 }],
      ["PARAMS_BLOCK_SMALL", { maxBlockBytes: 1 }],
      ["PARAMS_RANGE", { slashPpm: 500_001 }],
      ["PARAMS_RANGE", { kappaU16: 65_536 }],
      ["PARAMS_RANGE", { revealDelayEpochs: 4 }],
      ["PARAMS_RANGE", { quorumPpm: 1.5 }],
      ["PARAMS_RANGE", { feeSpikesPerByte: 1n << 64n }],
    ];
    for (const [code, change] of cases)
      expect(findParamsProblem({ ...protocol, ...change })?.code).toBe(code);
    expect(() => createGenesis(testGenesis({ params: { trustPeriodMs: 0 } }))).toThrow("PARAMS_TRUST_LONG");
  });
});
