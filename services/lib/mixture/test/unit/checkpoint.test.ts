import {
  applyScores,
  decodeMixtureState,
  encodeMixtureState,
  type MixtureState,
  recordProbe,
  rememberDeparted,
  scoreRows,
} from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { buildInput, buildState, TINY } from "./buildState.ts";

const SEED = 77;

function step(state: MixtureState): void {
  const input = buildInput("prose", 12, { a: 0.8, b: 0.79, c: 0.1 });
  applyScores(state, input, scoreRows(state, input));
}

function built(): MixtureState {
  const state = buildState(["a", "b", "c"], ["prose", "köd"]);
  recordProbe(state, "b", new Float32Array(TINY.dim).fill(0.3));
  rememberDeparted(state, "b", { identity: "köd", epoch: 9 });
  state.miners.get("a")?.head.tensors["weights"]?.fill(0.125);
  for (let i = 0; i < 3; i++) step(state);
  return state;
}

describe("checkpoint", () => {
  it("continues as the state itself would, bit by bit", () => {
    const state = built();
    const restored = decodeMixtureState(encodeMixtureState(state));
    expect(restored).toEqual(state);
    step(state);
    step(restored);
    expect(encodeMixtureState(restored)).toEqual(encodeMixtureState(state));
  });

  it(`refuses cut bytes and noise with one code (seed ${SEED})`, () => {
    const bytes = encodeMixtureState(built());
    const refuse = (wrong: Uint8Array): void => {
      expect(() => decodeMixtureState(wrong)).toThrow(
        expect.objectContaining({ code: "MIXTURE_BAD_CHECKPOINT" }),
      );
    };
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => refuse(bytes.slice(0, length))),
      { seed: SEED, numRuns: 40 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), refuse), { seed: SEED });
    refuse(Uint8Array.of(...bytes.slice(0, 200), 1));
  });
});
