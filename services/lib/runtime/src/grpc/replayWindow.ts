import type { RequestProof } from "@ganglion/keys";

/** Half the width of the window: how far a request's time may be from the server's, either way. */
export const REQUEST_SKEW_MS = 10_000;

/** Remembers which nonces were used. One per identity; pods of one identity share one. */
export type ReplayWindow = {
  /** Requests dated before this are refused: an earlier process may have served them unseen. */
  readonly notBeforeMs: number;
  /** Records the nonce; false if it was used before. Durable, where the window is, when it returns true. */
  readonly admit: (proof: RequestProof, nowMs: number) => boolean | Promise<boolean>;
  readonly close: () => void;
};

/** A window in memory only: refuses requests dated before `startMs` + skew. */
export function createReplayWindow(startMs: number): ReplayWindow {
  throw new Error(`not built yet ${startMs}`);
}

/** A window kept in a folder of files: a restart refuses what was served before it, and serves at once. */
export function openReplayWindow(folder: string, startMs: number): ReplayWindow {
  throw new Error(`not built yet ${folder} ${startMs}`);
}
