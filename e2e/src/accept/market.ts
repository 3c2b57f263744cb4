import { rmSync } from "node:fs";
import { type ChainClient, createValidatorClient } from "@ganglion/client";
import { readRunFile } from "@ganglion/local";
import { bytesToHex } from "@ganglion/types";
import { clientOf, isExact, readIssuance } from "../market.ts";
import { commandOf, memoryOf, processesOf } from "../processTree.ts";
import { runGanglion } from "../runGanglion.ts";
import { completions } from "./completions.ts";
import { type Demo, startDemo, using } from "./demoNetwork.ts";
import { atMost, type Check, fact, type Measurement } from "./figure.ts";
import { incentiveFigures, qualityFigures, spreadFigures, type ValidatorView } from "./marketFigures.ts";
import { rowFigures } from "./rows.ts";

const MINUTE_MS = 60_000;
/** When it is looked at, and what of the mixture's cost over the expert's is allowed then. */
const MARKS = [
  { minutes: 10, mostRatio: 1.25 },
  { minutes: 30, mostRatio: 1.1 },
];
const QUICK_MARKS = [{ minutes: 3, mostRatio: 1.25 }];
const CORPUS_MS = 600_000;
const GIB = 1024 ** 3;
const TRAINER = "services/trainer/src/main.ts";

type Mark = (typeof MARKS)[number];

/** The demo market after ten and thirty minutes. */
export const market: Check = {
  name: "market",
  repeated: true,
  run: async ({ quick, short, say }) => {
    const marks = quick ? QUICK_MARKS : MARKS.slice(0, short ? 1 : MARKS.length);
    return await using(await startDemo(), (demo) => watch(demo, marks, say));
  },
};

/** Looks at the running market at each mark, ends it, and looks at what it left. */
async function watch(
  demo: Demo,
  marks: readonly Mark[],
  say: (text: string) => void,
): Promise<readonly Measurement[]> {
  await demo.up.line(({ event }) => event === "corpusReady", CORPUS_MS);
  const seen: Measurement[] = [];
  const startedMs = performance.now();
  for (const mark of marks) {
    await pass(startedMs, mark.minutes, demo, say);
    const figures = await lookAt(demo, mark);
    seen.push(...figures.map((one) => ({ ...one, check: `${mark.minutes} min: ${one.check}` })));
  }
  return [...seen, ...(await end(demo))];
}

async function pass(
  startedMs: number,
  minutes: number,
  { up }: Demo,
  say: (text: string) => void,
): Promise<void> {
  const passed = Math.floor((performance.now() - startedMs) / MINUTE_MS);
  for (let minute = passed + 1; minute <= minutes; minute++) {
    const endMs = startedMs + minute * MINUTE_MS;
    await new Promise((resolve) => setTimeout(resolve, endMs - performance.now()));
    say(`minute ${minute} of ${minutes}, ${(memoryOf(up.pid) / GIB).toFixed(2)} GiB`);
  }
}

async function lookAt({ up, stateDir }: Demo, { mostRatio }: Mark): Promise<readonly Measurement[]> {
  const memory = memoryFigure(up.pid);
  const client = clientOf(stateDir);
  const live = await liveFigures(client, stateDir);
  client.close();
  return [...live, memory, ...(await completions(stateDir)), ...(await rowFigures(stateDir, mostRatio))];
}

/** What was promised is the steady state: models are learned, no trainer runs. */
function memoryFigure(group: number): Measurement {
  const gib = memoryOf(group) / GIB;
  const trainers = processesOf(group).filter((pid) => commandOf(pid).some((word) => word.endsWith(TRAINER)));
  const check = "memory of all programs (PSS)";
  if (trainers.length === 0) return atMost(check, gib, 3, "GiB");
  return { kind: "measured", check, value: gib, unit: "GiB", note: `${trainers.length} models still learn` };
}

async function end({ up, stateDir }: Demo): Promise<readonly Measurement[]> {
  const { code, tookMs } = await up.stop();
  const replay = await runGanglion(["replay", "--state", stateDir]);
  rmSync(stateDir, { recursive: true, force: true });
  return [
    fact("Ctrl-C ends it with 0", code === 0, `exit ${code} after ${(tookMs / 1000).toFixed(2)} s`),
    fact("all roots replay", replay.code === 0, (replay.stdout || replay.stderr).trim().slice(0, 60)),
  ];
}

async function liveFigures(client: ChainClient, stateDir: string): Promise<readonly Measurement[]> {
  const { names, validators } = readRunFile(stateDir);
  const nameOf = (hotkey: Uint8Array): string => names[bytesToHex(hotkey)] ?? bytesToHex(hotkey).slice(0, 8);
  const views: ValidatorView[] = await Promise.all(
    validators.map(async ({ name, endpoint }) => {
      const validator = createValidatorClient(endpoint);
      const report = await validator.report();
      validator.close();
      return { name, report };
    }),
  );
  const epoch = await client.epochReport();
  const issuance = await readIssuance(client, stateDir);
  const { due, recycled } = issuance;
  return [
    ...qualityFigures(views, nameOf),
    ...(epoch === undefined ? [] : [...incentiveFigures(epoch, nameOf), ...spreadFigures(epoch, nameOf)]),
    fact(
      "issuance to the last spike",
      isExact(issuance) && due > 0n,
      `${issuance.issuance} = ${due} due - ${recycled}, held ${issuance.held}, ${issuance.epochs} epochs`,
    ),
  ];
}
