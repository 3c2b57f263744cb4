import {
  applyBlock,
  type BlockContext,
  type BlockResult,
  checkInvariants,
  createGenesis,
  type GenesisDoc,
  genesisHash,
  genesisHeight,
  genesisSigners,
  hasCrowdedSender,
  type LedgerState,
  openTrial,
  readConsensusKeys,
  readHead,
  readParams,
  stateRoot,
  stateRows,
  type Upgrades,
  type VerifySignature,
} from "@ganglion/ledger";
import { bytesToHex, equalBytes, GanglionError, InvariantError, transactionHash } from "@ganglion/types";
import { Mempool, type MempoolLimits } from "../core/mempool.ts";
import { areProposable, checkNew, type Dropped, findLate, recheckWaiting } from "../core/pendingChecks.ts";
import { retainHeight } from "../core/retainHeight.ts";
import { type BlockLimits, selectTransactions } from "../core/selectTransactions.ts";
import type { ChainStore, Head } from "../io/store.ts";
import type { ChainMetrics } from "../metrics.ts";
import type {
  AppInfo,
  Application,
  CheckTxResponse,
  CommitResponse,
  DecidedBlock,
  FinalizeBlockResponse,
  InitChainRequest,
  InitChainResponse,
  PrepareProposalRequest,
  Proposal,
} from "./application.ts";
import { buildRecord } from "./blockRecord.ts";
import { CommitBell } from "./commitBell.ts";
import { loadState } from "./loadState.ts";
import { timeCalls } from "./timeCalls.ts";

export type LedgerApplicationOptions = {
  readonly genesis: GenesisDoc;
  readonly mempool: MempoolLimits;
  readonly checkInvariants: boolean;
  /** Last blocks that the store keeps at least; absent: all. */
  readonly blocksKept?: number | undefined;
};

export type LedgerApplicationModules = {
  readonly store: ChainStore;
  readonly verifySignature: VerifySignature;
  /** Default: those of the ledger. */
  readonly upgrades?: Upgrades;
  readonly metrics?: ChainMetrics;
  /** Height of the oldest snapshot that this node has. */
  readonly oldestSnapshot?: () => number | undefined;
};

/** Why an admitted transaction left the mempool without a block. */
export type Refused = { readonly code: string; readonly message: string };

type Finalized = { readonly block: DecidedBlock; readonly result: BlockResult };

const REFUSALS_KEPT = 4_096;
/** Dropping makes room for others in the next block, which are then checked. */
const RECHECK_ROUNDS = 4;

/** The ledger over its store and mempool, driven by any engine. State changes in `commit` only. */
export class LedgerApplication implements Application {
  readonly genesisHash: Uint8Array;
  readonly bell: CommitBell;
  readonly mempool: Mempool;
  private readonly options: LedgerApplicationOptions;
  private readonly modules: LedgerApplicationModules;
  private readonly refused = new Map<string, Refused>();
  /** What this node proposed last, without evidence: known to be good. */
  private proposed: readonly Uint8Array[] = [];
  private committed: Head;
  private committedState: LedgerState;
  private before: LedgerState | undefined;
  private finalized: Finalized | undefined;

  /** @throws GanglionError CHAIN_STORE_OTHER_GENESIS, CHAIN_STORE_OTHER_VERSION, CHAIN_STORE_CORRUPT */
  constructor(options: LedgerApplicationOptions, modules: LedgerApplicationModules) {
    this.options = options;
    this.modules = modules;
    this.genesisHash = genesisHash(options.genesis);
    this.mempool = new Mempool(options.mempool);
    const head = modules.store.head(this.genesisHash);
    this.committedState =
      head === undefined ? createGenesis(options.genesis) : loadState(modules.store, head);
    this.committed = head ?? genesisHead(options.genesis, this.genesisHash, this.committedState);
    this.bell = new CommitBell(this.committed.height);
  }

  /** As of the last commit. */
  get state(): LedgerState {
    return this.committedState;
  }

  /** Of the commit before: the one whose root the last block's header holds. Absent until this process commits. */
  get previousState(): LedgerState | undefined {
    return this.before;
  }

  get head(): Head {
    return this.committed;
  }

  /** What is finalized stays: an engine asks while a block is under way, and only `commit` changes the state. */
  info(): AppInfo {
    const { height, stateRoot, timeMs, hash } = this.committed;
    return {
      lastBlockHeight: height,
      initialHeight: genesisHeight(this.options.genesis) + 1,
      lastBlockAppHash: stateRoot,
      lastBlockTimeMs: timeMs,
      lastBlockHash: hash,
    };
  }

  initChain({ chainId, genesisHash }: InitChainRequest): InitChainResponse {
    const { genesis } = this.options;
    if (chainId !== genesis.chainId || !equalBytes(genesisHash, this.genesisHash))
      throw new GanglionError("CHAIN_OTHER_GENESIS", `the engine starts ${chainId}, not ${genesis.chainId}`);
    if (this.committed.height > genesisHeight(genesis))
      throw new InvariantError("initChain after the first block");
    const rows = stateRows(undefined, this.committedState);
    this.modules.store.commitState({ genesisHash, head: this.committed, rows });
    return { appHash: this.committed.stateRoot, validators: genesisSigners(genesis) };
  }

  /**
   * Goes on from a state whose root the caller has verified, with an empty log.
   * @throws GanglionError CHAIN_OTHER_GENESIS
   */
  restore(state: LedgerState): void {
    const { genesisHash, height, timeMs, blockHash } = readHead(state);
    if (!equalBytes(genesisHash, this.genesisHash))
      throw new GanglionError("CHAIN_OTHER_GENESIS", "the snapshot is of another ledger: check the peers");
    const head = { height, timeMs, hash: Uint8Array.from(blockHash), stateRoot: stateRoot(state) };
    this.modules.store.commitState({ genesisHash, head, rows: stateRows(undefined, state) });
    this.committedState = state;
    this.committed = head;
    this.before = undefined;
    this.finalized = undefined;
    this.bell.ring(height);
  }

  checkTx(transaction: Uint8Array): CheckTxResponse {
    const { maxTxBytes } = this.options.genesis.params;
    if (transaction.length > maxTxBytes) return this.tooLarge(transaction.length, maxTxBytes);
    const hash = transactionHash(transaction);
    const refusal = this.admit(transaction, hash);
    if (refusal !== undefined) this.modules.metrics?.transactionsRefused.inc({ code: refusal.code });
    return { code: "OK", message: "", ...refusal, hash };
  }

  recheckTx(transaction: Uint8Array): CheckTxResponse {
    const hash = transactionHash(transaction);
    const key = bytesToHex(hash);
    const refusal = this.mempool.has(key)
      ? undefined
      : (this.refusalOf(key) ?? this.admit(transaction, hash));
    return { code: "OK", message: "", ...refusal, hash };
  }

  /** PERF: signatures aside, since what waits was found good by them, and nothing of the state enters them. */
  prepareProposal({ timeMs, misbehaviour, maxBytes }: PrepareProposalRequest): readonly Uint8Array[] {
    const block = { timeMs, misbehaviour };
    const run = openTrial(
      this.committedState,
      block,
      this.contextWith(() => true),
    );
    const limits = { ...this.blockLimits(), maxBytes };
    const chosen = selectTransactions(
      this.mempool.waiting(),
      limits,
      ({ bytes }) => run(bytes).code === "OK",
    ).map(({ bytes }) => bytes);
    this.proposed = misbehaviour.length === 0 ? chosen : [];
    return chosen;
  }

  processProposal({ height, ...proposal }: Proposal): "accept" | "reject" {
    const { timeMs, transactions } = proposal;
    const { maxBlockBytes, maxAccountTxsPerBlock } = readParams(this.committedState);
    const size = transactions.reduce((sum, bytes) => sum + bytes.length, 0);
    const follows = height === this.committed.height + 1 && timeMs >= this.committed.timeMs;
    if (!follows || size > maxBlockBytes) return "reject";
    if (this.isOwnProposal(proposal)) return "accept";
    if (hasCrowdedSender(transactions, maxAccountTxsPerBlock)) return "reject";
    const context = this.contextWith(this.modules.verifySignature);
    return areProposable(this.committedState, proposal, context) ? "accept" : "reject";
  }

  finalizeBlock(block: DecidedBlock): FinalizeBlockResponse {
    if (block.height !== this.committed.height + 1)
      throw new InvariantError(`block ${block.height} cannot follow block ${this.committed.height}`);
    const { verifySignature, metrics } = this.modules;
    const timed = timeCalls(verifySignature);
    const startedAt = performance.now();
    const { lastCommit, ...input } = block;
    const result = applyBlock(
      this.committedState,
      { ...input, commitInfo: lastCommit },
      this.contextWith(timed.call),
    );
    const elapsedMs = performance.now() - startedAt;
    metrics?.blockSeconds.observe({ part: "verify" }, timed.elapsedMs() / 1_000);
    metrics?.blockSeconds.observe({ part: "apply" }, (elapsedMs - timed.elapsedMs()) / 1_000);
    if (this.options.checkInvariants) checkInvariants(result.state);
    this.finalized = { block, result };
    return { appHash: result.root, results: result.receipts, validatorUpdates: result.validatorUpdates };
  }

  commit(): CommitResponse {
    if (this.finalized === undefined) throw new InvariantError("commit without a finalized block");
    const { store, metrics } = this.modules;
    const { block, result } = this.finalized;
    const startedAt = performance.now();
    store.commit(buildRecord(block, this.committedState, result));
    metrics?.blockSeconds.observe({ part: "commit" }, (performance.now() - startedAt) / 1_000);
    this.before = this.committedState;
    this.committedState = result.state;
    const { height, timeMs, hash } = block;
    this.committed = { height, timeMs, hash, stateRoot: result.root };
    this.finalized = undefined;
    this.proposed = [];
    this.refreshMempool(result);
    metrics?.observeCommit(result, this.mempool);
    this.bell.ring(height);
    return { retainHeight: this.prune() };
  }

  consensusKeys(): readonly Uint8Array[] {
    return readConsensusKeys(this.committedState);
  }

  /** Why a transaction that this node admitted is in no block, if it was dropped. */
  refusalOf(hash: string): Refused | undefined {
    return this.refused.get(hash);
  }

  private contextWith(verifySignature: VerifySignature): BlockContext {
    const { upgrades } = this.modules;
    return { verifySignature, ...(upgrades && { upgrades }) };
  }

  /** @returns the lowest height that must stay */
  private prune(): number {
    const { store, oldestSnapshot } = this.modules;
    const { height, timeMs } = this.committed;
    const { retainBlocks, evidenceAgeMs } = readParams(this.committedState);
    const retained = retainHeight({
      height,
      timeMs,
      retainBlocks,
      evidenceAgeMs,
      oldestSnapshot: oldestSnapshot?.(),
      timeMsAt: (at) => store.timeMsAt(at),
    });
    const { blocksKept } = this.options;
    if (blocksKept !== undefined) store.prune(Math.min(retained, height - blocksKept + 1));
    return retained;
  }

  /** Before it is hashed: what it costs must not grow with what a stranger sends. */
  private tooLarge(sizeBytes: number, maxTxBytes: number): CheckTxResponse {
    const code = "TX_TOO_LARGE";
    this.modules.metrics?.transactionsRefused.inc({ code });
    const message = `it has ${sizeBytes} bytes, at most ${maxTxBytes} are taken`;
    return { code, message, hash: new Uint8Array(0) };
  }

  private admit(transaction: Uint8Array, hash: Uint8Array): Refused | undefined {
    if (this.mempool.has(bytesToHex(hash)))
      return { code: "MEMPOOL_KNOWN", message: "it is waiting already" };
    const outcome = checkNew(transaction, {
      state: this.committedState,
      mempool: this.mempool,
      verifySignature: this.modules.verifySignature,
    });
    if (outcome.kind === "refused") return { code: outcome.code, message: outcome.message };
    const admission = this.mempool.add(outcome.entry);
    if (admission.kind === "refused") return { code: admission.code, message: admission.message };
    for (const entry of admission.evicted)
      this.remember(
        entry.hash,
        "MEMPOOL_EVICTED",
        "displaced by transactions of a lane with less: send it again",
      );
    this.refused.delete(outcome.entry.hash);
    return undefined;
  }

  /** PERF: beyond heights, checks again what the next block would take, not all that waits: a flood must not delay blocks. */
  private refreshMempool(result: BlockResult): void {
    this.mempool.remove(result.receipts.map(({ transactionHash }) => bytesToHex(transactionHash)));
    this.dropAll(findLate(this.mempool.waiting(), this.committed.height + 1));
    const limits = this.blockLimits();
    for (let round = 0; round < RECHECK_ROUNDS; round++) {
      const next = selectTransactions(this.mempool.waiting(), limits);
      const dropped = recheckWaiting(this.committedState, next);
      if (dropped.length === 0) return;
      this.dropAll(dropped);
    }
  }

  private blockLimits(): BlockLimits {
    const { maxBlockBytes, maxAccountTxsPerBlock } = readParams(this.committedState);
    return { maxBytes: maxBlockBytes, maxPerSender: maxAccountTxsPerBlock };
  }

  /** The front of it: an engine may have less room. Time alone, without evidence, decides about no transaction. */
  private isOwnProposal({ transactions, misbehaviour }: Omit<Proposal, "height">): boolean {
    const own = this.proposed;
    return (
      own.length > 0 &&
      misbehaviour.length === 0 &&
      own.length >= transactions.length &&
      transactions.every((bytes, i) => equalBytes(bytes, own[i] ?? bytes))
    );
  }

  private dropAll(dropped: readonly Dropped[]): void {
    for (const { entry, code, message } of dropped) this.remember(entry.hash, code, message);
    this.mempool.remove(dropped.map(({ entry }) => entry.hash));
  }

  private remember(hash: string, code: string, message: string): void {
    this.refused.set(hash, { code, message });
    if (this.refused.size > REFUSALS_KEPT)
      for (const oldest of this.refused.keys()) if (this.refused.delete(oldest)) break;
  }
}

function genesisHead(genesis: GenesisDoc, hash: Uint8Array, state: LedgerState): Head {
  return { height: genesisHeight(genesis), timeMs: genesis.timeMs, hash, stateRoot: stateRoot(state) };
}
