import { describe, expect, it } from "@jest/globals";
import { validatorOptionsSchema } from "../../src/config.ts";

type Mixture = { readonly k?: number; readonly newcomerSeats?: number; readonly contextBytes?: number };
const read = (mixture: Mixture) =>
  validatorOptionsSchema.safeParse({
    name: "judge",
    network: { endpoints: ["127.0.0.1:1"] },
    identity: { seedFile: "seed" },
    sources: [{ domain: "prose", class: "public", files: ["prose.jsonl"] }],
    checkpointDir: "state",
    mixture,
  });

describe("the validator's options", () => {
  it("refuse more seats a context than a row may score", () => {
    expect(read({ k: 8, newcomerSeats: 3 }).success).toBe(true);
    expect(read({ k: 8, newcomerSeats: 4 }).error?.issues[0]?.message).toBe(
      "k and newcomerSeats together must be at most 11",
    );
    expect(read({ newcomerSeats: 8 }).success).toBe(true);
  });

  it("refuse contexts whose training windows are longer than miners take", () => {
    expect(read({ contextBytes: 961 }).success).toBe(true);
    expect(read({ contextBytes: 962 }).success).toBe(false);
  });
});
