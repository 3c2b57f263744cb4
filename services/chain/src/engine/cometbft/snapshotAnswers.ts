import {
  type Request,
  type Response,
  ResponseApplySnapshotChunk,
  ResponseApplySnapshotChunk_Result,
  ResponseListSnapshots,
  ResponseLoadSnapshotChunk,
  ResponseOfferSnapshot,
  ResponseOfferSnapshot_Result,
  type Snapshot,
} from "cosmjs-types/tendermint/abci/types";
import { toNumber } from "./blockInput.ts";
import type { ChunkVerdict, OfferVerdict, SnapshotOffer, SnapshotSource } from "./snapshotSource.ts";

const OFFER_RESULTS: Readonly<Record<OfferVerdict, ResponseOfferSnapshot_Result>> = {
  accept: ResponseOfferSnapshot_Result.ACCEPT,
  abort: ResponseOfferSnapshot_Result.ABORT,
  reject: ResponseOfferSnapshot_Result.REJECT,
  rejectFormat: ResponseOfferSnapshot_Result.REJECT_FORMAT,
  rejectSender: ResponseOfferSnapshot_Result.REJECT_SENDER,
};

const CHUNK_RESULTS: Readonly<Record<ChunkVerdict["result"], ResponseApplySnapshotChunk_Result>> = {
  accept: ResponseApplySnapshotChunk_Result.ACCEPT,
  abort: ResponseApplySnapshotChunk_Result.ABORT,
  retry: ResponseApplySnapshotChunk_Result.RETRY,
  retrySnapshot: ResponseApplySnapshotChunk_Result.RETRY_SNAPSHOT,
  rejectSnapshot: ResponseApplySnapshotChunk_Result.REJECT_SNAPSHOT,
};

/** Undefined for a request that is not about snapshots. */
export function answerSnapshot(
  request: Request,
  source: SnapshotSource,
): Promise<Partial<Response>> | undefined {
  const { listSnapshots, offerSnapshot, loadSnapshotChunk, applySnapshotChunk } = request;
  if (listSnapshots) return list(source);
  if (offerSnapshot) return offer(source, offerSnapshot.snapshot, offerSnapshot.appHash);
  if (loadSnapshotChunk)
    return load(source, { ...loadSnapshotChunk, height: toNumber(loadSnapshotChunk.height, "height") });
  if (applySnapshotChunk) return apply(source, applySnapshotChunk);
  return undefined;
}

async function list(source: SnapshotSource): Promise<Partial<Response>> {
  const snapshots = await source.list();
  return {
    listSnapshots: ResponseListSnapshots.fromPartial({
      snapshots: snapshots.map((snapshot) => ({ ...snapshot, height: BigInt(snapshot.height) })),
    }),
  };
}

async function offer(
  source: SnapshotSource,
  snapshot: Snapshot | undefined,
  appHash: Uint8Array,
): Promise<Partial<Response>> {
  const verdict = await source.offer(snapshot && toOffer(snapshot), Uint8Array.from(appHash));
  return { offerSnapshot: ResponseOfferSnapshot.fromPartial({ result: OFFER_RESULTS[verdict] }) };
}

function toOffer({ height, format, chunks, hash, metadata }: Snapshot): SnapshotOffer {
  return {
    height: toNumber(height, "height"),
    format,
    chunks,
    hash: Uint8Array.from(hash),
    metadata: Uint8Array.from(metadata),
  };
}

async function load(
  source: SnapshotSource,
  chunk: Parameters<SnapshotSource["loadChunk"]>[0],
): Promise<Partial<Response>> {
  const bytes = await source.loadChunk(chunk);
  return { loadSnapshotChunk: ResponseLoadSnapshotChunk.fromPartial({ chunk: bytes }) };
}

async function apply(
  source: SnapshotSource,
  chunk: Parameters<SnapshotSource["applyChunk"]>[0],
): Promise<Partial<Response>> {
  const { result, refetchChunks, rejectSenders } = await source.applyChunk(chunk);
  return {
    applySnapshotChunk: ResponseApplySnapshotChunk.fromPartial({
      result: CHUNK_RESULTS[result],
      refetchChunks: [...refetchChunks],
      rejectSenders: [...rejectSenders],
    }),
  };
}
