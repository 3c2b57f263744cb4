import { rmSync } from "node:fs";
import { firstEmissionMs, startDemo, using } from "./demoNetwork.ts";
import { atMost, type Check } from "./figure.ts";

/** First and second start of the demo in a new folder, corpora in the cache or not. */
export const start: Check = {
  name: "start",
  repeated: true,
  run: async ({ say }) => {
    const first = await startDemo();
    const { emissionMs, tookMs } = await using(first, async ({ up }) => ({
      emissionMs: await firstEmissionMs(up),
      tookMs: (await up.stop()).tookMs,
    }));
    say(
      `first start: block after ${first.newBlockMs.toFixed(0)} ms, emission after ${emissionMs.toFixed(0)} ms`,
    );
    const height = Number(first.up.lines.at(-1)?.["height"]);
    const second = await startDemo(height, first.stateDir);
    await using(second, ({ up }) => up.stop());
    rmSync(first.stateDir, { recursive: true, force: true });
    return [
      atMost("first start: first block", first.newBlockMs / 1000, 30, "s"),
      atMost("first start: text ready to first emission", emissionMs / 1000, 240, "s"),
      atMost("second start: first block", second.newBlockMs / 1000, 5, "s"),
      atMost("Ctrl-C to the end of all programs", tookMs / 1000, 3, "s"),
    ];
  },
};
