import { createHash } from "node:crypto";
import type { RequestProof } from "@ganglion/keys";
import { openReplayLog, type ReplayLog } from "./replayLog.ts";

/** How far a request's time may be from the server's, either way. */
export const REQUEST_SKEW_MS = 10_000;
/** A nonce admitted now can be repeated until its time has left the window: at most this long. */
const REMEMBER_MS = 2 * REQUEST_SKEW_MS;

/** Remembers which nonces were used. One per identity; pods of one identity share one. */
export type ReplayWindow = {
  /**
   * Requests dated before this are refused: they may have been served by an earlier process that left no
   * record, or before the clock was set back.
   */
  readonly notBeforeMs: () => number;
  /** Records the nonce; false if it was used before. Durable, where the window is, when it returns true. */
  readonly admit: (proof: RequestProof, nowMs: number) => boolean | Promise<boolean>;
  readonly close: () => void;
};

/** A window in memory only: after a start it takes nothing dated before `startMs` + skew. */
export function createReplayWindow(startMs: number): ReplayWindow {
  const nothing: ReplayLog = {
    seen: [],
    lastStartMs: undefined,
    append: () => undefined,
    rotate: () => undefined,
    close: () => undefined,
  };
  return windowOver(nothing, startMs);
}

/**
 * A window kept in a folder: it survives a kill of the process and then serves at once. A folder without a
 * record counts as no window, see `createReplayWindow`.
 * @throws GanglionError GRPC_REPLAY_STORE if the folder cannot be read or written
 */
export function openReplayWindow(folder: string, startMs: number): ReplayWindow {
  return windowOver(openReplayLog(folder, startMs, 2 * REMEMBER_MS), startMs);
}

function windowOver(log: ReplayLog, startMs: number): ReplayWindow {
  let previous = new Set(log.seen);
  let current = new Set<string>();
  let currentStartMs = startMs;
  let floorMs = log.lastStartMs === undefined ? startMs + REQUEST_SKEW_MS : log.lastStartMs - REQUEST_SKEW_MS;
  const rotateIfDue = (nowMs: number): void => {
    if (nowMs - currentStartMs < REMEMBER_MS) return;
    log.rotate(nowMs);
    // What is in `previous` was admitted before `current` began, so its time has left the window.
    previous = current;
    current = new Set();
    currentStartMs = nowMs;
    floorMs = Math.max(floorMs, nowMs - REQUEST_SKEW_MS);
  };
  return {
    notBeforeMs: () => floorMs,
    admit: (proof, nowMs) => {
      rotateIfDue(nowMs);
      const id = createHash("sha256").update(proof.caller).update(proof.nonce).digest().subarray(0, 16);
      const key = id.toString("latin1");
      if (current.has(key) || previous.has(key)) return false;
      log.append(id);
      current.add(key);
      return true;
    },
    close: () => log.close(),
  };
}
