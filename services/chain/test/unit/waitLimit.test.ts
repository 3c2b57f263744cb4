import { setTimeout } from "node:timers/promises";
import { GanglionError } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { limitWait, waitAtMost } from "../../src/engine/cometbft/waitLimit.ts";

/** As a long block does. */
function holdThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe("the limit of a wait", () => {
  it("does not count what this thread did itself, however long", async () => {
    let late = false;
    const end = limitWait(2_000, () => {
      late = true;
    });
    holdThread(2_500);
    await setTimeout(20);
    expect(late).toBe(false);
    await setTimeout(1_200);
    expect(late).toBe(true);
    end();
  });

  it("gives the answer that came, else its error", async () => {
    const late = (): GanglionError => new GanglionError("TEST_LATE", "late");
    await expect(waitAtMost(1_000, Promise.resolve(3), late)).resolves.toBe(3);
    const never = new Promise<never>(() => undefined);
    await expect(waitAtMost(1, never, late)).rejects.toMatchObject({ code: "TEST_LATE" });
  });
});
