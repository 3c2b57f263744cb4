import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Up } from "../runUp.ts";

/** Twelve minutes: what a promise of four minutes may take on a bad day and still be reported. */
const EMISSION_MS = 720_000;
const FIRST_BLOCK_MS = 900_000;

export type Demo = { readonly up: Up; readonly stateDir: string; readonly firstBlockMs: number };

/** Starts `up` of the demo in a new folder, or again in one, and waits for its first block. */
export async function startDemo(stateDir = mkdtempSync(join(tmpdir(), "ganglion-accept-"))): Promise<Demo> {
  const up = new Up(["--state", stateDir, "--metrics-port", "0"]);
  const { atMs } = await up.line(({ event }) => event === "firstBlock", FIRST_BLOCK_MS);
  return { up, stateDir, firstBlockMs: atMs };
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
