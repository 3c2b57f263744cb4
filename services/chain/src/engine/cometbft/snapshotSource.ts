/** A snapshot as nodes offer it to each other. */
export type SnapshotOffer = {
  readonly height: number;
  readonly format: number;
  readonly chunks: number;
  readonly hash: Uint8Array;
  readonly metadata: Uint8Array;
};

export type OfferVerdict = "accept" | "abort" | "reject" | "rejectFormat" | "rejectSender";

export type ChunkVerdict = {
  readonly result: "accept" | "abort" | "retry" | "retrySnapshot" | "rejectSnapshot";
  /** Indices of chunks to fetch and apply again. */
  readonly refetchChunks: readonly number[];
  /** Peers that sent what cannot be. */
  readonly rejectSenders: readonly string[];
};

/** Where a node's snapshots come from and go to; the methods of ABCI's snapshot connection as plain data. */
export type SnapshotSource = {
  /** What this node can give; the newest few. */
  readonly list: () => Promise<readonly SnapshotOffer[]>;
  /** Empty when it is not there any more. */
  readonly loadChunk: (chunk: {
    readonly height: number;
    readonly format: number;
    readonly chunk: number;
  }) => Promise<Uint8Array>;
  /** @param appHash of the offered height, verified by the node's light client */
  readonly offer: (offer: SnapshotOffer | undefined, appHash: Uint8Array) => Promise<OfferVerdict>;
  /** After the last chunk the application's `info` must tell the snapshot's height and root. */
  readonly applyChunk: (chunk: {
    readonly index: number;
    readonly chunk: Uint8Array;
    readonly sender: string;
  }) => Promise<ChunkVerdict>;
  /** How many were accepted, of whatever snapshot. */
  readonly chunksTaken: number;
};

/** Of a node that neither gives nor takes snapshots. */
export const NO_SNAPSHOTS: SnapshotSource = {
  list: async () => [],
  loadChunk: async () => new Uint8Array(0),
  offer: async () => "reject",
  applyChunk: async () => ({ result: "abort", refetchChunks: [], rejectSenders: [] }),
  chunksTaken: 0,
};
