import { Registry } from "@ganglion/runtime/metrics";
import { describe, expect, it } from "@jest/globals";
import { createTrainerMetrics } from "../../src/metrics.ts";

describe("metrics of a trainer", () => {
  it("tell how far it is, and its quality once a version is there", async () => {
    const register = new Registry();
    const metrics = createTrainerMetrics(register, "prose");
    metrics.progress({ step: 3, steps: 200 });
    const before = await register.metrics();
    expect(before).toContain('ganglion_trainer_step{model="prose"} 3\n');
    expect(before).toContain('ganglion_trainer_steps{model="prose"} 200\n');
    expect(before).not.toContain("held_out_bits_per_byte{");
    metrics.progress({ step: 200, steps: 200, heldOutBits: 2.5 });
    expect(await register.metrics()).toContain(
      'ganglion_trainer_held_out_bits_per_byte{model="prose"} 2.5\n',
    );
  });
});
