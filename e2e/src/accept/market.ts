import { rmSync } from "node:fs";
import { type ChainClient, createValidatorClient } from "@ganglion/client";
import { readRunFile } from "@ganglion/local";
import { bytesToHex } from "@ganglion/types";
import { clientOf, isExact, readIssuance } from "../market.ts";
import { memoryOf } from "../processTree.ts";
import { runGanglion } from "../runGanglion.ts";
import { completions } from "./completions.ts";
import { type Demo, startDemo, using } from "./demoNetwork.ts";
import { atMost, type Check, fact, type Measurement } from "./figure.ts";
import { incentiveFigures, qualityFigures, spreadFigures, type ValidatorView } from "./marketFigures.ts";
import { rowFigures } from "./rows.ts";

const MINUTE_MS = 60_000;
const MINUTES = { quick: 3, usual: 10, long: 30 };
const GIB = 1024 ** 3;

/** The demo market after ten (three, thirty) minutes. */
export const market: Check = {
  name: "market",
  repeated: true,
  run: async ({ quick, long, say }) => {
    const minutes = quick ? MINUTES.quick : long ? MINUTES.long : MINUTES.usual;
    const seen = await using(await startDemo(), async (demo) => {
      await pass(minutes, demo, say);
      return await look(demo, long ? 1.1 : 1.25);
    });
    return seen.map((one) => ({ ...one, check: `${minutes} min: ${one.check}` }));
  },
};

async function pass(minutes: number, { up }: Demo, say: (text: string) => void): Promise<void> {
  await up.line(({ event }) => event === "corpusReady", MINUTES.usual * MINUTE_MS);
  for (let minute = 1; minute <= minutes; minute++) {
    await new Promise((resolve) => setTimeout(resolve, MINUTE_MS));
    say(`minute ${minute} of ${minutes}, ${(memoryOf(up.pid) / GIB).toFixed(2)} GiB`);
  }
}

/** Looks at the running market, ends it, and looks at what it left. */
async function look({ up, stateDir }: Demo, mostRatio: number): Promise<readonly Measurement[]> {
  const memory = memoryOf(up.pid) / GIB;
  const client = clientOf(stateDir);
  const live = [...(await liveFigures(client, stateDir)), ...(await completions(stateDir))];
  client.close();
  const { code, tookMs } = await up.stop();
  const replay = await runGanglion(["replay", "--state", stateDir]);
  const rows = await rowFigures(stateDir, mostRatio);
  rmSync(stateDir, { recursive: true, force: true });
  return [
    ...live,
    atMost("memory of all programs (PSS)", memory, 3, "GiB"),
    ...rows,
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
  const issuance = await readIssuance(client);
  const { minted, recycled } = issuance;
  return [
    ...qualityFigures(views, nameOf),
    ...(epoch === undefined ? [] : [...incentiveFigures(epoch, nameOf), ...spreadFigures(epoch, nameOf)]),
    fact(
      "issuance to the last spike",
      isExact(issuance) && minted > 0n,
      `${issuance.issuance} = ${minted} - ${recycled}, held ${issuance.held}, ${issuance.epochs} epochs`,
    ),
  ];
}
