import { DEFAULT_PARAMETERS } from "@ganglion/mixture";
import { MAX_CONTEXT_BYTES } from "@ganglion/params";
import { z } from "zod";
import { PARAMETERS } from "./core/parameters.ts";

const host = z.string().min(1).max(253);
const port = z.int().min(0).max(65_535);
const file = z.string().min(1);

const identity = z
  .strictObject({
    /** An encrypted or plain keyfile. */
    keyFile: file.optional(),
    /** First line: the password of `keyFile`. Absent: the keyfile is plain. */
    passwordFile: file.optional(),
    /** 64 hexadecimal digits: the 32 bytes of the private seed. */
    seedFile: file.optional(),
  })
  .refine((keys) => (keys.keyFile === undefined) !== (keys.seedFile === undefined), {
    message: "give either keyFile or seedFile",
  });

const source = z.strictObject({
  /** A domain's name on the ledger. */
  domain: z.string().min(1).max(64),
  /** `public` text trains the heads; `heldBack` text is walked, scored and spent. */
  class: z.enum(["public", "heldBack"]),
  /** JSONL documents, one `{id, text}` a line (see @ganglion/corpus). */
  files: z.array(file).min(1),
  /** Takes each document whose index modulo `count` is `index`: validators that share a file read different text. */
  part: z.strictObject({ index: z.int().min(0), count: z.int().min(1) }).optional(),
});

/** A row scores at most 12 miners; one seat is the explorer's. */
const MAX_SEATS = DEFAULT_PARAMETERS.scores.maxPlayers - PARAMETERS.explorationSeats;

/** A training window is asked with its positions behind the context; the target of the last is not sent. */
const MAX_SENT_BYTES = MAX_CONTEXT_BYTES - PARAMETERS.trainPositions + 1;

const mixture = z
  .strictObject({
    /** Miners asked for a context by gate; absent: the preset's. */
    k: z.int().min(1).max(8).optional(),
    /** Further seats for miners that are not established yet; absent: the preset's. */
    newcomerSeats: z.int().min(0).max(8).optional(),
    /** Scored contexts a step, spread equally over the domains; absent: the preset's. */
    scoredRowsPerStep: z.int().min(1).max(1_024).optional(),
    /** Training rows a step. */
    trainRowsPerStep: z.int().min(1).max(4_096).optional(),
    /** Bytes of context that a miner is sent. */
    contextBytes: z.int().min(8).max(MAX_SENT_BYTES).default(64),
    /** Part of a domain's held-back bytes that one epoch may spend; absent: the preset's. */
    walkPacePerEpoch: z.number().gt(0).max(1).optional(),
    /** Decides sampling and exploration; two validators should differ. */
    seed: z.int().min(0).max(0xffff_ffff).default(0),
  })
  .refine(({ k = 0, newcomerSeats = 0 }) => k + newcomerSeats <= MAX_SEATS, {
    message: `k and newcomerSeats together must be at most ${MAX_SEATS}`,
  });

const pace = z.strictObject({
  /** A step starts no sooner than this after the one before it. */
  minStepMs: z.int().min(0).default(0),
  /** Part of the time that stepping may take; the rest is left to other programs of the machine. */
  busyShare: z.number().gt(0).max(1).default(1),
});

const limits = z.strictObject({
  /** A miner that has not answered by then, or by thrice the others' median, is late, and late is silent. */
  forwardTimeoutMs: z.int().min(50).max(60_000).default(8_000),
  /** Longest that the mixture may write for one Complete call. */
  maxCompletionBytes: z.int().min(1).max(1_024).default(1_024),
  /** The row log starts a new file beyond this size and keeps one older file. */
  maxRowLogBytes: z
    .int()
    .min(4_096)
    .default(64 * 1024 * 1024),
});

/** One validator's configuration; unknown keys fail. Protocol parameters are the ledger's, not here. */
export const validatorOptionsSchema = z.strictObject({
  /** Label in logs and metrics. */
  name: z.string().min(1).max(63),
  network: z.strictObject({
    /** Query APIs of chain nodes, `host:port`, tried in order. */
    endpoints: z.array(z.string().min(1)).min(1),
    /** What the endpoints must serve; absent: taken from the first that answers. */
    genesisHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits")
      .optional(),
  }),
  identity,
  sources: z.array(source).min(1),
  mixture: mixture.prefault({}),
  pace: pace.prefault({}),
  /** Everything that survives a restart: checkpoint, pending commits, row log. */
  checkpointDir: file,
  /** The report and completion API. Port 0 takes a free one. */
  listen: z.strictObject({ host: host.default("127.0.0.1"), port: port.default(0) }).prefault({}),
  /** Where the ledger tells others to call it; absent: the ledger lists the role and no address. */
  publish: z.strictObject({ host, port: port.min(1) }).optional(),
  limits: limits.prefault({}),
  /** Threads of the training worker. */
  threads: z.int().min(1).max(64).default(1),
});

/** What a caller writes; defaults are filled in by the schema. */
export type ValidatorOptionsInput = z.input<typeof validatorOptionsSchema>;
export type ValidatorOptions = z.output<typeof validatorOptionsSchema>;
export type SourceOptions = ValidatorOptions["sources"][number];
