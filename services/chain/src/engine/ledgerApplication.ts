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
  type LedgerState,
  readConsensusKeys,
  readHead,
  readParams,
  stateRoot,
  stateRows,
  type Upgrades,
  type VerifySignature,
} from "@ganglion/ledger";
import { bytesToHex, equalBytes, GanglionError, InvariantError, transactionHash } from "@ganglion/types";
import { CheckedMempool } from "../core/checkedMempool.ts";
import type { Mempool, MempoolLimits } from "../core/mempool.ts";
import type { Refused } from "../core/refusals.ts";
import { retainHeight } from "../core/retainHeight.ts";
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
import { Proposals } from "./proposals.ts";
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

type Finalized = { readonly block: DecidedBlock; readonly result: BlockResult };

/** The ledger over its store and mempool, driven by any engine. State changes in `commit` only. */
export class LedgerApplication implements Application {
  readonly genesisHash: Uint8Array;
  readonly bell: CommitBell;
  private readonly options: LedgerApplicationOptions;
  private readonly modules: LedgerApplicationModules;
  private readonly context: BlockContext;
  private readonly checked: CheckedMempool;
  private readonly proposals: Proposals;
  private committed: Head;
  private committedState: LedgerState;
  private before: LedgerState | undefined;
  private finalized: Finalized | undefined;

  /** @throws GanglionError CHAIN_STORE_OTHER_GENESIS, CHAIN_STORE_OTHER_VERSION, CHAIN_STORE_CORRUPT */
  constructor(options: LedgerApplicationOptions, modules: LedgerApplicationModules) {
    this.options = options;
    this.modules = modules;
    this.genesisHash = genesisHash(options.genesis);
    const { verifySignature, upgrades } = modules;
    this.context = { verifySignature, ...(upgrades && { upgrades }) };
    this.checked = new CheckedMempool(options.mempool, verifySignature);
    this.proposals = new Proposals(this.context);
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

  get mempool(): Mempool {
    return this.checked.mempool;
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
    const refusal = this.checked.admit(this.committedState, transaction, hash);
    if (refusal !== undefined) this.modules.metrics?.transactionsRefused.inc({ code: refusal.code });
    return { code: "OK", message: "", ...refusal, hash };
  }

  recheckTx(transaction: Uint8Array): CheckTxResponse {
    const hash = transactionHash(transaction);
    const refusal = this.checked.readmit(this.committedState, transaction, hash);
    return { code: "OK", message: "", ...refusal, hash };
  }

  prepareProposal(request: PrepareProposalRequest): readonly Uint8Array[] {
    return this.proposals.prepare(this.committedState, this.mempool.waiting(), request);
  }

  processProposal(proposal: Proposal): "accept" | "reject" {
    return this.proposals.process(this, proposal);
  }

  finalizeBlock(block: DecidedBlock): FinalizeBlockResponse {
    if (block.height !== this.committed.height + 1)
      throw new InvariantError(`block ${block.height} cannot follow block ${this.committed.height}`);
    const { metrics } = this.modules;
    const timed = timeCalls(this.context.verifySignature);
    const startedAt = performance.now();
    const { lastCommit, ...input } = block;
    const result = applyBlock(
      this.committedState,
      { ...input, commitInfo: lastCommit },
      { ...this.context, verifySignature: timed.call },
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
    this.proposals.forget();
    const taken = result.receipts.map(({ transactionHash }) => bytesToHex(transactionHash));
    this.checked.settle(result.state, height, taken);
    metrics?.observeCommit(result, this.mempool);
    this.bell.ring(height);
    return { retainHeight: this.prune() };
  }

  consensusKeys(): readonly Uint8Array[] {
    return readConsensusKeys(this.committedState);
  }

  /** Why a transaction that this node admitted is in no block, if it was dropped. */
  refusalOf(hash: string): Refused | undefined {
    return this.checked.refusalOf(hash);
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
}

function genesisHead(genesis: GenesisDoc, hash: Uint8Array, state: LedgerState): Head {
  return { height: genesisHeight(genesis), timeMs: genesis.timeMs, hash, stateRoot: stateRoot(state) };
}
