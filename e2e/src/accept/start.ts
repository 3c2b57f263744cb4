import { rmSync } from "node:fs";
import { firstEmissionMs, startDemo } from "./demoNetwork.ts";
import { atMost, type Check, median } from "./figure.ts";

const ROUNDS = 3;

/** Milliseconds. */
type Round = {
  readonly firstBlockMs: number;
  readonly emissionMs: number;
  readonly stopMs: number;
  readonly secondBlockMs: number;
};

/** First and second start of the demo in a new folder, corpora in the cache or not. */
export const start: Check = {
  name: "start",
  run: async ({ quick, say }) => {
    const rounds: Round[] = [];
    for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
      rounds.push(await oneRound());
      say(`start ${round + 1}: ${JSON.stringify(rounds.at(-1))}`);
    }
    const middle = (pick: (round: Round) => number): number => median(rounds.map(pick)) / 1000;
    return [
      atMost(
        "first start: first block",
        middle((r) => r.firstBlockMs),
        30,
        "s",
      ),
      atMost(
        "first start: text ready to first emission",
        middle((r) => r.emissionMs),
        240,
        "s",
      ),
      atMost(
        "second start: first block",
        middle((r) => r.secondBlockMs),
        5,
        "s",
      ),
      atMost(
        "Ctrl-C to the end of all programs",
        middle((r) => r.stopMs),
        3,
        "s",
      ),
    ];
  },
};

async function oneRound(): Promise<Round> {
  const first = await startDemo();
  const emissionMs = await firstEmissionMs(first.up);
  const { tookMs: stopMs } = await first.up.stop();
  const height = Number(first.up.lines.at(-1)?.["height"]);
  const second = await startDemo(height, first.stateDir);
  await second.up.stop();
  rmSync(first.stateDir, { recursive: true, force: true });
  return { firstBlockMs: first.newBlockMs, emissionMs, stopMs, secondBlockMs: second.newBlockMs };
}
