import { rmSync } from "node:fs";
import { type ChainClient, createValidatorClient } from "@ganglion/client";
import { readRunFile } from "@ganglion/local";
import { bytesToHex } from "@ganglion/types";
import { clientOf, isExact, readIssuance } from "../market.ts";
import { memoryOf } from "../processTree.ts";
import { runGanglion } from "../runGanglion.ts";
import { completions } from "./completions.ts";
import { startDemo } from "./demoNetwork.ts";
import { atMost, type Check, type Figure, fact } from "./figure.ts";
import { incentiveFigures, qualityFigures, spreadFigures, type ValidatorView } from "./marketFigures.ts";
import { rowFigures } from "./rows.ts";

const MINUTE_MS = 60_000;
const MINUTES = { quick: 3, usual: 10, long: 30 };
const GIB = 1024 ** 3;

/** The demo market after ten (three, thirty) minutes. */
export const market: Check = {
  name: "market",
  run: async ({ quick, long, say }) => {
    const minutes = quick ? MINUTES.quick : long ? MINUTES.long : MINUTES.usual;
    const { up, stateDir } = await startDemo();
    await up.line(({ event }) => event === "corpusReady", MINUTES.usual * MINUTE_MS);
    for (let minute = 1; minute <= minutes; minute++) {
      await new Promise((resolve) => setTimeout(resolve, MINUTE_MS));
      say(`market: minute ${minute} of ${minutes}, ${(memoryOf(up.pid) / GIB).toFixed(2)} GiB`);
    }
    const memory = memoryOf(up.pid) / GIB;
    const client = clientOf(stateDir);
    const figures = [
      ...(await liveFigures(client, stateDir)),
      ...(await completions(stateDir)),
      atMost("memory of all programs (PSS)", memory, 3, "GiB"),
    ];
    client.close();
    const { code, tookMs } = await up.stop();
    const replay = await runGanglion(["replay", "--state", stateDir]);
    const rows = await rowFigures(stateDir, long ? 1.1 : 1.25);
    rmSync(stateDir, { recursive: true, force: true });
    return [
      ...figures,
      ...rows,
      fact("Ctrl-C ends it with 0", code === 0, `exit ${code} after ${(tookMs / 1000).toFixed(2)} s`),
      fact("all roots replay", replay.code === 0, (replay.stdout || replay.stderr).trim().slice(0, 60)),
    ].map((figure) => ({ ...figure, check: `${minutes} min: ${figure.check}` }));
  },
};

async function liveFigures(client: ChainClient, stateDir: string): Promise<readonly Figure[]> {
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
