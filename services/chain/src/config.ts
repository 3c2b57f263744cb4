import { natsSchema } from "@ganglion/runtime/nats";
import { z } from "zod";
import { DEFAULT_PEER_LIMITS } from "./core/peerBook.ts";

const HOST_PORT = /^[^\s@,]+:\d{1,5}$/u;

/** Of a node of a real network; without it this process makes all blocks alone. */
const cometbftSchema = z.strictObject({
  /** The CometBFT program, as `make cometbft` builds it. */
  binary: z.string().min(1),
  /** Where peers connect. */
  p2pHost: z.string().default("0.0.0.0"),
  /** 0: any free port, for a node that nobody dials. */
  p2pPort: z.int().min(0).max(65_535).default(26_656),
  /** "host:port" that peers are told, where it is not the address above. */
  externalAddress: z.string().optional(),
  /** "ID@host:port" of nodes to stay connected to. */
  persistentPeers: z.array(z.string().regex(/^[0-9a-f]{40}@[^\s@,]+:\d{1,5}$/u)).default([]),
  /** Several nodes on one address, and addresses that are not public: for local networks. */
  allowPrivatePeers: z.boolean().default(false),
  /** "host:port" where other nodes' light clients may ask for headers, for those that begin with a snapshot. */
  rpcAddress: z.string().regex(HOST_PORT).optional(),
  /** How a node without blocks begins with a snapshot of its peers. */
  stateSync: z
    .strictObject({
      /** `rpcAddress` of two nodes at least. */
      servers: z.array(z.string().regex(HOST_PORT)).min(2),
      /** A block that is known to be the network's, and its hash. */
      trustHeight: z.int().min(1),
      trustHash: z.string().regex(/^[0-9a-fA-F]{64}$/u),
    })
    .optional(),
});

/** What one chain process is started with; the protocol's own parameters live in genesis. */
export const chainConfigSchema = z.strictObject({
  /** Folder of the store, made if absent. */
  dataDir: z.string().min(1),
  /** The ledger's genesis, the same file at every node. */
  genesisFile: z.string().min(1),
  /** Keyfile of the consensus key that signs blocks; absent only for a CometBFT node that signs none. */
  consensusKeyFile: z.string().min(1).optional(),
  /** File with the password of the keyfile; absent for a plain keyfile. */
  passwordFile: z.string().min(1).optional(),
  host: z.string().default("127.0.0.1"),
  /** 0: any free port. */
  port: z.int().min(0).max(65_535).default(0),
  /** Pause between blocks; absent: the ledger's block target. */
  blockIntervalMs: z.int().min(10).optional(),
  cometbft: cometbftSchema.optional(),
  /** Copies of the whole state, for new nodes and for going back; absent: none are taken. */
  snapshots: z
    .strictObject({
      everyBlocks: z.int().min(1).default(1_000),
      /** Newest ones that are kept. */
      kept: z.int().min(1).default(3),
    })
    .optional(),
  /** Where events are published; absent: nowhere, they stay readable by StreamEvents. */
  nats: natsSchema.optional(),
  /** Of one address at the query API, loopback too; callers over them get CALL_RATE_LIMITED and a time to come again. */
  limits: z
    .strictObject({
      requestsPerSecond: z.number().positive().default(DEFAULT_PEER_LIMITS.requestsPerSecond),
      /** What an address that was idle may ask at once. */
      burstRequests: z.int().min(1).default(DEFAULT_PEER_LIMITS.burstRequests),
      /** Streams that one address may hold open. */
      streamsPerPeer: z.int().min(1).default(DEFAULT_PEER_LIMITS.streamsPerPeer),
      /** Streams that all together may hold open. */
      streams: z.int().min(1).default(DEFAULT_PEER_LIMITS.streams),
    })
    .optional(),
  /** Last epochs whose reports can be asked for, 1,000 if absent; each takes about the bytes of the weights revealed in it. */
  epochsKept: z.int().min(1).optional(),
  /**
   * Last blocks that can be asked for, with their receipts and events; absent: all. What evidence, the ledger's
   * `retainBlocks` and the oldest snapshot need stays in any case, and all while there is no snapshot.
   */
  blocksKept: z.int().min(1).optional(),
  /** Check the ledger's invariants after each block and stop when one is broken. */
  checkInvariants: z.boolean().default(false),
  mempool: z
    .strictObject({
      maxTransactions: z.int().min(1).default(10_000),
      maxBytes: z
        .int()
        .min(1)
        .default(16 * 1024 * 1024),
      maxPerAccount: z.int().min(1).default(64),
    })
    .prefault({}),
  /** Port of the metrics endpoint; absent: metrics are not served by this process. */
  metricsPort: z.int().min(0).max(65_535).optional(),
});

/** @see chainConfigSchema */
export type ChainConfig = z.infer<typeof chainConfigSchema>;
