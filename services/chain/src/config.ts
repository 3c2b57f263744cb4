import { z } from "zod";

/** What one chain process is started with; the protocol's own parameters live in genesis. */
export const chainConfigSchema = z.strictObject({
  /** Folder of the store, made if absent. */
  dataDir: z.string().min(1),
  /** File written by `initGenesis`. */
  genesisFile: z.string().min(1),
  /** Keyfile of the consensus key that signs blocks. */
  consensusKeyFile: z.string().min(1),
  /** File with the password of the keyfile; absent for a plain keyfile. */
  passwordFile: z.string().min(1).optional(),
  host: z.string().default("127.0.0.1"),
  /** 0: any free port. */
  port: z.int().min(0).max(65_535).default(0),
  /** Pause between blocks; absent: the ledger's block target. */
  blockIntervalMs: z.int().min(10).optional(),
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
