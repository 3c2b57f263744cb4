import { describe, expect, it } from "@jest/globals";
import { runFuzz } from "./runFuzz.ts";

const SEED = 20_261_122;
const INPUTS = 100_000;

describe("bytes of strangers", () => {
  it.each(["transactions", "frames"] as const)(
    "are answered or refused and change nothing: %s",
    async (target) => {
      const { inputs } = await runFuzz({ target, seed: SEED, from: 0, count: INPUTS });
      expect(inputs).toBe(INPUTS);
    },
    180_000,
  );
});
