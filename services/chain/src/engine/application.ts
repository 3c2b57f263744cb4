import type { Misbehaviour, Receipt, ValidatorUpdate, Vote } from "@ganglion/ledger";

/**
 * The port between a consensus engine and the ledger: the methods of ABCI 2.0 under their own names, as plain
 * data. `solo` calls them in process; a CometBFT driver answers its socket from the same object. Vote extensions
 * are off. A bad transaction is a code in a result, never a throw; a throw means that this node must stop.
 */
export type Application = {
  /** What is committed, at any time: an engine that is ahead replays its blocks, one that is behind is refused. */
  readonly info: () => AppInfo;
  /**
   * Once, at height 0; again if the process ended before the first commit.
   * @throws GanglionError CHAIN_OTHER_GENESIS
   */
  readonly initChain: (request: InitChainRequest) => InitChainResponse;
  /** Admits a transaction to the application's own mempool; what the next block would take is checked again after each commit. */
  readonly checkTx: (transaction: Uint8Array) => CheckTxResponse;
  /** Whether a transaction that an engine's own mempool holds still waits here after a commit; else why not. */
  readonly recheckTx: (transaction: Uint8Array) => CheckTxResponse;
  /** Chooses and orders waiting transactions of at most `maxBytes` in all, none of which fails in its block. */
  readonly prepareProposal: (request: PrepareProposalRequest) => readonly Uint8Array[];
  /** Deterministic; accepts all that `prepareProposal` makes, and nothing that it would not. */
  readonly processProposal: (proposal: Proposal) => "accept" | "reject";
  /** Executes a decided block in memory. Called again for the same height, it starts from what is committed. */
  readonly finalizeBlock: (block: DecidedBlock) => FinalizeBlockResponse;
  /** Makes the finalized block durable in one step, then forgets the one before. */
  readonly commit: () => CommitResponse;
  /** Consensus keys that an engine may name by address: in votes, as proposers, in evidence of past faults. */
  readonly consensusKeys: () => readonly Uint8Array[];
};

export type AppInfo = {
  /** One less than `initialHeight` before the first block. */
  readonly lastBlockHeight: number;
  /** Of the first block. */
  readonly initialHeight: number;
  /** State root after that block; of genesis before the first. */
  readonly lastBlockAppHash: Uint8Array;
  readonly lastBlockTimeMs: number;
  readonly lastBlockHash: Uint8Array;
};

export type InitChainRequest = { readonly chainId: string; readonly genesisHash: Uint8Array };

export type InitChainResponse = {
  readonly appHash: Uint8Array;
  readonly validators: readonly ValidatorUpdate[];
};

export type CheckTxResponse = {
  /** "OK" or the code of the refusal. */
  readonly code: string;
  readonly message: string;
  /** SHA-256 of the bytes; empty for a transaction that is too large to be hashed. */
  readonly hash: Uint8Array;
};

/** Of the block that is proposed. */
export type PrepareProposalRequest = {
  readonly height: number;
  readonly timeMs: number;
  readonly misbehaviour: readonly Misbehaviour[];
  readonly maxBytes: number;
};

export type Proposal = {
  readonly height: number;
  readonly timeMs: number;
  readonly misbehaviour: readonly Misbehaviour[];
  readonly transactions: readonly Uint8Array[];
};

export type DecidedBlock = Proposal & {
  readonly hash: Uint8Array;
  readonly parentHash: Uint8Array;
  /** Consensus key of the proposer. */
  readonly proposer: Uint8Array;
  /** Who signed the block before this one. */
  readonly lastCommit: readonly Vote[];
  /** The engine's own proof that the block was decided, kept beside it; empty where the engine keeps it. */
  readonly seal: Uint8Array;
};

export type FinalizeBlockResponse = {
  readonly appHash: Uint8Array;
  readonly results: readonly Receipt[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
};

/** Blocks below `retainHeight` are not needed by the application any more; 0 keeps all. */
export type CommitResponse = { readonly retainHeight: number };
