import {
  createReplayBuffer,
  type MinerKey,
  type MixtureState,
  type ReplayBuffer,
  type TrainingRows,
} from "@ganglion/mixture";
import { PARAMETERS } from "../core/parameters.ts";

/** What a checkpoint keeps of a replay beside its rows; plain data. */
export type ReplayMark = {
  readonly key: MinerKey;
  /** Step at which its first row was stored: rows of another start are another model's. */
  readonly since: number;
  readonly rows: number;
  /** Of a replay that has begun: the seed of its order, and the batches that it trained on. */
  readonly begun?: { readonly seed: number; readonly batches: number } | undefined;
};

/** Rows that one step stored for one miner, as `ReplayBuffer.push` gives them. */
export type StoredRows = {
  readonly key: MinerKey;
  readonly since: number;
  readonly step: number;
  readonly rows: Uint8Array;
};

/** Stored replies of one miner that was not replayed yet. */
export type Replay = {
  readonly since: number;
  readonly buffer: ReplayBuffer;
  /** Stored since they were last written to disk. */
  unsaved: StoredRows[];
  begun: { readonly seed: number; batches: number } | undefined;
  /** What is left of a replay that has begun; opened anew after a restart. */
  batches: Iterator<TrainingRows> | undefined;
};

export type ReplayStore = Map<MinerKey, Replay>;

export function createReplay(
  state: MixtureState,
  { since, begun }: Pick<ReplayMark, "since" | "begun">,
): Replay {
  const { dim, newcomers } = state.parameters;
  const buffer = createReplayBuffer({ capacityRows: newcomers.replayRows, dim });
  return { since, buffer, unsaved: [], begun: begun && { ...begun }, batches: undefined };
}

/** Until it is full: all rows are of one model, so later ones are no better, and what is on disk stays bounded. */
export function storeRows(state: MixtureState, key: MinerKey, replay: Replay, rows: TrainingRows): void {
  // What a replay that has begun reads must not move under it.
  if (replay.begun || replay.buffer.rows() >= state.parameters.newcomers.replayRows) return;
  const stored = replay.buffer.push(rows);
  replay.unsaved.push({ key, since: replay.since, step: state.step, rows: stored });
}

/** Opens the batches of a replay where it was. */
export function openBatches(
  state: MixtureState,
  buffer: ReplayBuffer,
  begun: { readonly seed: number; readonly batches: number },
): Iterator<TrainingRows> {
  const all = allPasses(state, buffer, begun.seed);
  for (let done = 0; done < begun.batches; done++) all.next();
  return all;
}

function* allPasses(state: MixtureState, buffer: ReplayBuffer, seed: number): Generator<TrainingRows> {
  for (let pass = 0; pass < state.parameters.newcomers.replayPasses; pass++)
    yield* buffer.batches(PARAMETERS.replayBatchRows, seed + pass);
}

export function replayMarks(replays: ReplayStore): ReplayMark[] {
  return [...replays].map(([key, { since, buffer, begun }]) => ({
    key,
    since,
    rows: buffer.rows(),
    begun: begun && { ...begun },
  }));
}
