import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newBlockMs } from "../market.ts";
import { Up } from "../runUp.ts";

/** Twelve minutes: what a promise of four minutes may take on a bad day and still be reported. */
const EMISSION_MS = 720_000;
const FIRST_BLOCK_MS = 900_000;

export type Demo = { readonly up: Up; readonly stateDir: string; readonly newBlockMs: number };

/** Starts `up` of the demo in a new folder, or again in one, and waits for its first block above a height. */
export async function startDemo(above = 0, stateDir = newFolder()): Promise<Demo> {
  const up = new Up(["--state", stateDir, "--metrics-port", "0"]);
  try {
    return { up, stateDir, newBlockMs: await newBlockMs(up, stateDir, above, FIRST_BLOCK_MS) };
  } catch (error) {
    await up.killAll();
    throw error;
  }
}

/** Uses a demo; none of its processes is left to disturb what is measured next. Its folder stays when this fails. */
export async function using<T>(demo: Demo, use: (demo: Demo) => Promise<T>): Promise<T> {
  try {
    return await use(demo);
  } finally {
    await demo.up.killAll();
  }
}

/** Milliseconds from the first start to the first consensus-weighted emission, downloads left out. */
export async function firstEmissionMs(up: Up): Promise<number> {
  const corpus = await up.line(({ event }) => event === "corpusReady", EMISSION_MS);
  const paid = await up.line(
    ({ event, minersPaid }) => event === "epoch" && Number(minersPaid) > 0,
    EMISSION_MS,
  );
  return paid.atMs - corpus.atMs;
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "ganglion-accept-"));
}
