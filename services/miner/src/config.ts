import { parseConfig } from "@ganglion/runtime/config";
import { z } from "zod";

const port = z.number().int().min(0).max(65_535);
const hex32 = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
const spikes = z.string().regex(/^\d{1,19}$/, "a whole number of spikes as a string");

const keySource = z
  .strictObject({
    /** A keyfile of `ganglion keys`. */
    keyFile: z.string().min(1).optional(),
    /** First line: the password of `keyFile`. Absent: the keyfile is plain. */
    passwordFile: z.string().min(1).optional(),
    /** 64 hexadecimal digits: the 32 bytes of the private seed. */
    seedFile: z.string().min(1).optional(),
  })
  .refine((source) => (source.keyFile === undefined) !== (source.seedFile === undefined), {
    message: "give either keyFile or seedFile",
  });

const minerOptionsShape = z.strictObject({
  /** Label of logs and metrics. */
  name: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/, "lower-case letters, digits, - and ."),
  network: z.strictObject({
    /** `host:port` of chain services, tried in order. */
    endpoints: z.array(z.string().min(1)).min(1),
    /** What the endpoints must serve; absent: taken from the first that answers. */
    genesisHash: hex32.optional(),
  }),
  identity: keySource.safeExtend({
    /** Coldkey address that owns what is earned; not that of a hotkey. */
    owner: z.string().min(1).optional(),
  }),
  registration: z
    .strictObject({
      /** `none`: serve only while somebody else registers the hotkey. */
      mode: z.enum(["work", "burn", "none"]).default("work"),
      /** Highest burn of one registration; mode `burn` never pays more. */
      maxPriceSpikes: spikes.default("0"),
      /** Burns in 24 hours, successful or not; none is tried beyond. */
      maxPerDay: z.number().int().min(1).max(10_000).default(24),
      /** Whole epochs to wait, from when its model was ready, before it registers. */
      afterEpochs: z.number().int().min(0).max(1_000).default(0),
      /** Pays the burn; absent: the hotkey's own account. */
      payer: keySource.optional(),
    })
    .prefault({}),
  model: z.strictObject({
    /** `expert`, `noise`, `copy`, `lazy`, `lookup`, or a path or package that exports `load`. */
    plugin: z.string().min(1),
    options: z.record(z.string(), z.unknown()).default({}),
  }),
  listen: z
    .strictObject({ host: z.string().min(1).default("127.0.0.1"), port: port.default(0) })
    .prefault({}),
  /** What the ledger tells callers; absent: the listening address. */
  publish: z.strictObject({ host: z.string().min(1), port: port.min(1).optional() }).optional(),
  limits: z
    .strictObject({
      /** Contexts that one forward of the model takes. */
      batchContexts: z.number().int().min(1).max(1_024).default(128),
      /** How long a batch waits for company. */
      batchDelayMs: z.number().min(0).max(1_000).default(2),
      queuedContexts: z.number().int().min(1).max(65_536).default(1_024),
      queuedPerCaller: z.number().int().min(1).max(65_536).default(512),
      /** A request that would wait longer is refused with a retry hint. */
      waitMs: z.number().int().min(1).max(600_000).default(5_000),
      /** In all; one caller's at most a quarter of them. */
      generateStreams: z.number().int().min(1).max(256).default(4),
      /** How long one of them may last, read or not. */
      generateMs: z.number().int().min(1).max(600_000).default(60_000),
      /** Token bucket of one caller, in reply bytes. */
      callerBytesPerSecond: z
        .number()
        .int()
        .min(1_024)
        .default(64 * 1024 * 1024),
      callerBurstBytes: z
        .number()
        .int()
        .min(1_024)
        .default(256 * 1024 * 1024),
      /** Stake that admits a caller without a permit; `0`: permit holders only. */
      callerStakeSpikes: spikes.default("0"),
    })
    .prefault({}),
  /** Replay window, spending record, plug-in state. */
  stateDir: z.string().min(1),
});

/** Options of one miner as JSON; unknown fields fail. */
export const minerOptionsSchema = minerOptionsShape.refine(
  ({ identity, registration }) => registration.mode === "none" || identity.owner !== undefined,
  {
    path: ["identity", "owner"],
    message: "a registration needs the coldkey address that owns what is earned",
  },
);

/** What a caller may write; defaults fill the rest. */
export type MinerOptionsInput = z.input<typeof minerOptionsSchema>;
/** Options of one miner, complete and checked. */
export type MinerOptions = z.output<typeof minerOptionsSchema>;
export type KeySource = z.output<typeof keySource>;

/** @throws GanglionError CONFIG_INVALID naming each wrong field */
export function parseMinerOptions(input: unknown): MinerOptions {
  return parseConfig(minerOptionsSchema, input, "miner options");
}
