import { closeSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { GanglionError } from "@ganglion/types";
import { makeFolder } from "../files/index.ts";

const RECORD_BYTES = 16;
const NAME = /^replay\.(\d{1,15})\.bin$/u;

/** Append-only files of used nonces, one a generation, named after the time it began. */
export type ReplayLog = {
  /** What earlier processes recorded and may still be repeated (latin1 of 16 bytes). */
  readonly seen: readonly string[];
  /** When the newest generation of earlier processes began; undefined if there was none. */
  readonly lastStartMs: number | undefined;
  readonly append: (record: Uint8Array) => void;
  /** Begins a generation and forgets the one before the present. */
  readonly rotate: (nowMs: number) => void;
  readonly close: () => void;
};

/**
 * Opens the log and begins a generation.
 * @param keepMs a file is dropped when it began longer ago than this
 * @throws GanglionError GRPC_REPLAY_STORE
 */
export function openReplayLog(folder: string, startMs: number, keepMs: number): ReplayLog {
  return guarded(folder, () => {
    makeFolder(folder);
    const starts = generations(folder);
    const kept = starts.filter((start) => start + keepMs > startMs);
    const seen = kept.flatMap((start) => readRecords(join(folder, nameOf(start))));
    const lastStartMs = starts.at(-1);
    let presentStart = Math.max(startMs, (lastStartMs ?? 0) + 1);
    let file = openSync(join(folder, nameOf(presentStart)), "ax", 0o600);
    for (const start of starts) if (!kept.includes(start)) unlinkSync(join(folder, nameOf(start)));
    return {
      seen,
      lastStartMs,
      append: (record) => guarded(folder, () => void writeSync(file, record)),
      rotate: (nowMs) =>
        guarded(folder, () => {
          const before = presentStart;
          presentStart = Math.max(nowMs, presentStart + 1);
          const next = openSync(join(folder, nameOf(presentStart)), "ax", 0o600);
          closeSync(file);
          file = next;
          for (const start of generations(folder))
            if (start < before) unlinkSync(join(folder, nameOf(start)));
        }),
      close: () => closeSync(file),
    };
  });
}

function generations(folder: string): readonly number[] {
  const starts = readdirSync(folder).flatMap((name) => NAME.exec(name)?.[1] ?? []);
  return starts.map(Number).sort((a, b) => a - b);
}

/** A record that a crash cut off belongs to a call that was not answered. */
function readRecords(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const records: string[] = [];
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES)
    records.push(bytes.toString("latin1", at, at + RECORD_BYTES));
  return records;
}

function nameOf(startMs: number): string {
  return `replay.${startMs}.bin`;
}

function guarded<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const message = `cannot keep the replay window in ${folder}: check free space and the rights on the folder`;
    throw new GanglionError("GRPC_REPLAY_STORE", message, { folder }, { cause });
  }
}
