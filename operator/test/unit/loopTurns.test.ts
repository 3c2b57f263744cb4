import { describe, expect, it } from "@jest/globals";
import { LoopTurns } from "../../src/controllerkit/loopTurns.ts";
import { systemClock } from "../../src/controllerkit/timerClock.ts";

/** A clock that stands still until it is told. */
function stoppedClock() {
  let nowMs = 0;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { clock: { ...systemClock, monotonicMs: () => nowMs }, pass };
}

describe("turns of the event loop", () => {
  it("let nothing in between pieces of work that were short together", async () => {
    const { clock, pass } = stoppedClock();
    const turns = new LoopTurns(clock);
    let turned = false;
    setImmediate(() => (turned = true));
    for (let piece = 0; piece < 4; piece++) {
      pass(1);
      await turns.pause();
    }
    expect(turned).toBe(false);
  });

  it("let the event loop turn once for all who work, when they did not for long", async () => {
    const { clock, pass } = stoppedClock();
    const turns = new LoopTurns(clock);
    let seen = 0;
    const count = () => setImmediate(() => void seen++);
    count();
    pass(6);
    await Promise.all([turns.pause(), turns.pause()]);
    expect(seen).toBe(1);
    await turns.pause();
    expect(seen).toBe(1);
  });
});
