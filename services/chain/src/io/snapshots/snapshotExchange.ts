import { type LedgerState, readHead, StateAssembly, stateRoot } from "@ganglion/ledger";
import { equalBytes, errorCode, type Logger } from "@ganglion/types";
import type {
  ChunkVerdict,
  OfferVerdict,
  SnapshotOffer,
  SnapshotSource,
} from "../../engine/cometbft/snapshotSource.ts";
import type { SnapshotFolder, SnapshotWriter } from "./snapshotFolder.ts";
import { chunkHashAt, isWellFormed, SNAPSHOT_FORMAT, sha256 } from "./snapshotFormat.ts";

export type SnapshotExchangeModules = {
  readonly folder: SnapshotFolder;
  /** A node with blocks takes no snapshot. */
  readonly isEmpty: () => boolean;
  /** The state's root is that of the offered height. */
  readonly restore: (state: LedgerState) => void;
  readonly logger: Logger;
};

type Restoring = {
  readonly offer: SnapshotOffer;
  readonly appHash: Uint8Array;
  readonly assembly: StateAssembly;
  readonly writer: SnapshotWriter;
  next: number;
};

const ACCEPTED: ChunkVerdict = { result: "accept", refetchChunks: [], rejectSenders: [] };
const REJECTED: ChunkVerdict = { result: "rejectSnapshot", refetchChunks: [], rejectSenders: [] };

/** Gives this node's snapshots to others, and takes one of theirs: what it says is believed only by its root. */
export class SnapshotExchange implements SnapshotSource {
  readonly #modules: SnapshotExchangeModules;
  #restoring: Restoring | undefined;
  #chunksTaken = 0;

  constructor(modules: SnapshotExchangeModules) {
    this.#modules = modules;
  }

  get chunksTaken(): number {
    return this.#chunksTaken;
  }

  async list(): Promise<readonly SnapshotOffer[]> {
    return this.#modules.folder.list();
  }

  async loadChunk({
    height,
    format,
    chunk,
  }: Parameters<SnapshotSource["loadChunk"]>[0]): Promise<Uint8Array> {
    return format === SNAPSHOT_FORMAT ? this.#modules.folder.chunk(height, chunk) : new Uint8Array(0);
  }

  async offer(offer: SnapshotOffer | undefined, appHash: Uint8Array): Promise<OfferVerdict> {
    this.#restoring = undefined;
    if (offer === undefined) return "reject";
    if (offer.format !== SNAPSHOT_FORMAT) return "rejectFormat";
    if (!isWellFormed(offer)) return "rejectSender";
    const { folder, isEmpty } = this.#modules;
    if (!isEmpty()) return "abort";
    const assembly = new StateAssembly();
    this.#restoring = { offer, appHash, assembly, writer: folder.writer(offer.height), next: 0 };
    return "accept";
  }

  async applyChunk({
    index,
    chunk,
    sender,
  }: Parameters<SnapshotSource["applyChunk"]>[0]): Promise<ChunkVerdict> {
    const restoring = this.#restoring;
    if (restoring === undefined) return { ...REJECTED, result: "abort" };
    const { offer, assembly, writer } = restoring;
    if (index !== restoring.next) return { ...ACCEPTED, result: "retry", refetchChunks: [restoring.next] };
    if (!equalBytes(sha256(chunk), chunkHashAt(offer, index)))
      return { result: "retry", refetchChunks: [index], rejectSenders: sender === "" ? [] : [sender] };
    try {
      assembly.add(chunk);
    } catch (error) {
      return this.#reject(errorCode(error));
    }
    await writer.add(chunk);
    restoring.next++;
    this.#chunksTaken++;
    return restoring.next < offer.chunks ? ACCEPTED : this.#finish(restoring);
  }

  async #finish({ offer, appHash, assembly, writer }: Restoring): Promise<ChunkVerdict> {
    let state: LedgerState;
    try {
      state = assembly.finish();
    } catch (error) {
      return this.#reject(errorCode(error));
    }
    if (!equalBytes(stateRoot(state), appHash)) return this.#reject("its root is another");
    if (readHead(state).height !== offer.height) return this.#reject("its height is another");
    this.#modules.restore(state);
    await writer.finish();
    this.#restoring = undefined;
    this.#modules.logger.info("snapshot restored", { height: offer.height, chunks: offer.chunks });
    return ACCEPTED;
  }

  #reject(why: string): ChunkVerdict {
    this.#modules.logger.warn("a snapshot was refused", { height: this.#restoring?.offer.height, why });
    this.#restoring = undefined;
    return REJECTED;
  }
}
