import type { Signer } from "@ganglion/keys";
import type { ProtocolParams } from "@ganglion/params";
import type { Action, Logger, RecordKind } from "@ganglion/types";
import type { chain } from "@ganglion/wire";

/** What the ledger pins: parameters are parsed from the node's literal values. */
export type ChainParams = {
  readonly preset: string;
  readonly protocol: ProtocolParams;
  readonly domains: readonly chain.Domain[];
  /** In force for the next block. */
  readonly difficulty: bigint;
  readonly burnPriceSpikes: bigint;
  /** Registrations that this interval still takes. */
  readonly registrationsLeft: number;
};

export type ChainClientOptions = {
  /** "host:port" of nodes to ask, in order of preference; the next one is tried when one fails. */
  readonly endpoints: readonly string[];
  /** Nodes of another ledger are passed over; CLIENT_OTHER_CHAIN if all are. Absent: the first answer pins it. */
  readonly genesisHash?: Uint8Array;
  /** Deadline of one unary call. Default 5,000 ms. */
  readonly timeoutMs?: number;
  /** How long calls and streams go on trying when no node answers. Default 10,000 ms; streams try for ever. */
  readonly patienceMs?: number;
};

export type ChainClientModules = { readonly logger: Logger };

export type CallOptions = { readonly signal?: AbortSignal };

/** What a proof is about; an address has 20 bytes. */
export type ProofOf =
  | { readonly kind: "account"; readonly address: Uint8Array }
  | ({ readonly kind: "neuron" | "weights" } & NeuronKey);

export type NeuronKey = { readonly uid: number } | { readonly hotkey: Uint8Array };

export type EpochReportOptions = CallOptions & {
  /** Only this neuron, with details however large the epoch was. */
  readonly uid?: number;
};

export type SubmitOptions = CallOptions & {
  /** Whose nonce and balance the transaction uses. Absent: the address of the first signer's key. */
  readonly sender?: Uint8Array;
  /** The transaction is void this many blocks after the present height. Default 50. */
  readonly validForBlocks?: number;
};

/**
 * The ledger seen from outside: several endpoints, a deadline on every call, streams that reconnect and go on
 * after the last item that was delivered. Failures are GanglionError with the ledger's own code when the ledger
 * refused, CLIENT_UNAVAILABLE when nobody answered, CLIENT_ABORTED when the signal ended the call.
 */
export type ChainClient = {
  readonly status: (options?: CallOptions) => Promise<chain.GetStatusResponse>;
  /** Of the chain that this client follows; asked once. */
  readonly genesisHash: (options?: CallOptions) => Promise<Uint8Array>;
  readonly metagraph: (options?: CallOptions) => Promise<chain.Metagraph>;
  /** The metagraph now and after each block that changed it; ends when the signal aborts, never by itself. */
  readonly watchMetagraph: (signal: AbortSignal) => AsyncIterable<chain.Metagraph>;
  readonly params: (options?: CallOptions) => Promise<ChainParams>;
  /** Undefined: no such neuron. */
  readonly neuron: (
    key: { readonly uid: number } | { readonly hotkey: Uint8Array },
    options?: CallOptions,
  ) => Promise<chain.GetNeuronResponse | undefined>;
  /** @param address 20 bytes; `exists` is false for an account the ledger does not know */
  readonly account: (address: Uint8Array, options?: CallOptions) => Promise<chain.GetAccountResponse>;
  readonly supply: (options?: CallOptions) => Promise<chain.GetSupplyResponse>;
  /** Absent epoch: the last finished one. Undefined: not kept or not finished, or no such uid in it. */
  readonly epochReport: (
    epoch?: number,
    options?: EpochReportOptions,
  ) => Promise<chain.EpochReport | undefined>;
  /** What a hotkey's pool, or an address by its stake, was paid, newest first. */
  readonly rewards: (
    of: { readonly hotkey: Uint8Array } | { readonly address: Uint8Array },
    options?: CallOptions & { readonly limit?: number },
  ) => Promise<readonly chain.Reward[]>;
  /** Who is replaced first; with an owner (20 bytes) only its neurons. */
  readonly pruningOrder: (
    owner?: Uint8Array,
    options?: CallOptions,
  ) => Promise<chain.GetPruningOrderResponse>;
  /** Published records, of an owner (20 bytes) or of all. */
  readonly records: (
    of: { readonly owner?: Uint8Array; readonly kind?: RecordKind },
    options?: CallOptions,
  ) => Promise<readonly chain.Record[]>;
  /** Consensus keys: the greatest power first. */
  readonly consensusKeys: (options?: CallOptions) => Promise<readonly chain.ConsensusKey[]>;
  /** The charter in force. */
  readonly charter: (options?: CallOptions) => Promise<chain.GetCharterResponse>;
  /** The round of governance and its proposals; `decodeProposalContent` of @ganglion/types reads what they would do. */
  readonly governance: (options?: CallOptions) => Promise<chain.GetGovernanceResponse>;
  /**
   * Rows with all that `verifyLightProof` needs, in its bytes; `height` is that of the state shown. Undefined: the
   * ledger knows no such neuron or account.
   */
  readonly proof: (of: ProofOf, options?: CallOptions) => Promise<chain.GetProofResponse | undefined>;
  /** Receipt of a committed transaction by the hash of its bytes. */
  readonly transaction: (hash: Uint8Array, options?: CallOptions) => Promise<chain.Receipt | undefined>;
  /** Blocks from a height on, past and then live, until the signal aborts. */
  readonly blocks: (fromHeight: number, signal: AbortSignal) => AsyncIterable<chain.Block>;
  /** Events from height:index on, past and then live, until the signal aborts. */
  readonly events: (
    from: { readonly height: number; readonly index: number },
    signal: AbortSignal,
  ) => AsyncIterable<chain.Event>;
  /** What the transaction would do now. @see submit for the arguments */
  readonly simulate: (
    action: Action,
    signers: readonly Signer[],
    options?: SubmitOptions,
  ) => Promise<chain.SimulateResponse>;
  /**
   * Builds, signs and sends a transaction and waits for its block. Concurrent submits of one sender are sent one
   * after another with consecutive nonces. Resolves with a receipt whose code is "OK".
   * @param signers the sender's key first, then every other key whose signature the action needs
   * @throws GanglionError with the ledger's code when refused or failed; CLIENT_EXPIRED when `validUntil` passed;
   *   CLIENT_STALLED when no block came for 30 s or 5 block targets, whichever is longer: the transaction may still
   *   be taken, `data` has its hash
   */
  readonly submit: (
    action: Action,
    signers: readonly Signer[],
    options?: SubmitOptions,
  ) => Promise<chain.Receipt>;
  readonly close: () => void;
};
