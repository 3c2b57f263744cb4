import { createSigner } from "@ganglion/keys";
import { NETWORK_DIM } from "@ganglion/params";
import {
  createGrpcServer,
  createReplayWindow,
  createTokenBuckets,
  type GrpcServer,
} from "@ganglion/runtime/grpc";
import { asUid, type Clock, type Logger } from "@ganglion/types";
import { encodeFloat16, rowsOfContexts, synapse } from "@ganglion/wire";
import { afterEach, describe, expect, it } from "@jest/globals";
import { PARAMETERS } from "../../src/core/parameters.ts";
import { createMinerPool } from "../../src/io/minerPool.ts";
import type { MinerPool, RosterMiner } from "../../src/ports.ts";

const GENESIS = new Uint8Array(32).fill(7);
const miner = createSigner(new Uint8Array(32).fill(1));
const validator = createSigner(new Uint8Array(32).fill(2));
// Real: the TLS leaf is valid from now on, whatever the clock of the calls says.
const START_MS = Date.now();
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};
const contexts = [
  { text: new TextEncoder().encode("hello"), positions: [] },
  { text: new TextEncoder().encode("worlds"), positions: [3, 5] },
];
const signal = new AbortController().signal;

type Reply = (request: synapse.ForwardRequest) => Promise<synapse.ForwardResponse>;

const unimplemented = () => Promise.reject(new Error("not asked in these tests"));
const honest: Reply = ({ contexts: asked }) => {
  const rows = rowsOfContexts(asked);
  return Promise.resolve({
    representations: encodeFloat16(new Float32Array(rows * NETWORK_DIM).fill(0.5)),
    rows,
    networkDim: NETWORK_DIM,
    modelDigest: new Uint8Array(32).fill(0xab),
  });
};

describe("the miner pool over signed calls", () => {
  let nowMs = START_MS;
  const clock: Clock = { nowMs: () => nowMs };
  const open: { server?: GrpcServer; pool?: MinerPool; seats?: readonly RosterMiner[] } = {};
  let reply = honest;

  async function start(listed = miner.publicKey): Promise<{ pool: MinerPool; key: string }> {
    nowMs = START_MS;
    const server = createGrpcServer(
      { host: "127.0.0.1", port: 0, tls: { signer: miner } },
      { logger: silent, clock },
    );
    const handlers = {
      forward: (request: synapse.ForwardRequest) => reply(request),
      feedback: unimplemented,
      describe: unimplemented,
      // biome-ignore lint/correctness/useYield: never asked
      async *generate() {
        await unimplemented();
      },
    };
    server.addSignedService(synapse.SynapseServiceService, handlers, {
      receiver: miner.publicKey,
      genesisHash: GENESIS,
      replay: createReplayWindow(START_MS - 60_000),
      buckets: createTokenBuckets({ unitsPerSecond: 1e6, burstUnits: 1e6, maxCallers: 4 }),
      clock,
      authorize: () => undefined,
    });
    const port = await server.listen();
    const pool = createMinerPool(
      { genesisHash: GENESIS, timeoutMs: 4_000, addresses: { allowPrivate: true } },
      { signer: validator, clock, logger: silent },
    );
    const seat: RosterMiner = { key: "m@1", uid: asUid(3), hotkey: listed, host: "127.0.0.1", port };
    pool.update([seat]);
    Object.assign(open, { server, pool, seats: [seat] });
    return { pool, key: seat.key };
  }

  afterEach(async () => {
    reply = honest;
    await open.pool?.close();
    await open.server?.close(0);
  });

  it("gives the rows that were asked, in float32", async () => {
    const { pool, key } = await start();
    const answer = await pool.ask(key, contexts, signal);
    expect(answer).toMatchObject({ kind: "answered", rows: 3, modelDigest: "ab".repeat(32) });
    if (answer.kind === "answered") expect(answer.representations).toHaveLength(3 * NETWORK_DIM);
    expect(pool.health().get(key)).toMatchObject({ answered: 1, failed: 0, reliability: 1 });
  });

  const bad: readonly (readonly [
    string,
    (good: synapse.ForwardResponse) => synapse.ForwardResponse,
    string,
  ])[] = [
    ["too few rows", (good) => ({ ...good, rows: 2 }), "VALIDATOR_ANSWER_WRONG_SHAPE"],
    ["another width", (good) => ({ ...good, networkDim: 512 }), "VALIDATOR_ANSWER_WRONG_SHAPE"],
    ["no digest", (good) => ({ ...good, modelDigest: new Uint8Array() }), "VALIDATOR_ANSWER_WRONG_SHAPE"],
    [
      "a digest of a megabyte",
      (good) => ({ ...good, modelDigest: new Uint8Array(1_000_000) }),
      "VALIDATOR_ANSWER_WRONG_SHAPE",
    ],
    [
      "fewer bytes than its shape",
      (good) => ({ ...good, representations: good.representations.subarray(2) }),
      "WIRE_TENSOR_SHAPE",
    ],
    [
      "NaN",
      (good) => ({ ...good, representations: new Uint8Array(good.representations.length).fill(0x7e) }),
      "WIRE_TENSOR_NOT_FINITE",
    ],
  ];
  for (const [name, spoil, code] of bad)
    it(`refuses ${name}, and lets the miner rest ever longer`, async () => {
      reply = async (request) => spoil(await honest(request));
      const { pool, key } = await start();
      expect(await pool.ask(key, contexts, signal)).toEqual({ kind: "failed", code });
      expect(pool.reachable().size).toBe(0);
      nowMs += PARAMETERS.backoffStartMs;
      expect(pool.reachable().get(key)).toBeLessThan(1);
      await pool.ask(key, contexts, signal);
      nowMs += PARAMETERS.backoffStartMs;
      expect(pool.reachable().size).toBe(0);
      nowMs += PARAMETERS.backoffStartMs;
      expect(pool.reachable().size).toBe(1);
    });

  it("takes silence for a failure", async () => {
    reply = () => new Promise(() => undefined);
    const { pool, key } = await start();
    expect(await pool.ask(key, contexts, signal)).toEqual({ kind: "failed", code: "GRPC_DEADLINE_EXCEEDED" });
  });

  it("refuses a server that does not have the hotkey of the metagraph", async () => {
    const { pool, key } = await start(validator.publicKey);
    expect(await pool.ask(key, contexts, signal)).toMatchObject({ kind: "failed" });
  });

  it("keeps what it knows of a miner that does not serve for a while, and does not ask it", async () => {
    const { pool, key } = await start();
    await pool.ask(key, contexts, signal);
    const [seat] = open.seats ?? [];
    if (!seat) throw new Error("started without a seat");
    pool.update([{ ...seat, host: "", port: 0 }]);
    expect([...pool.reachable()]).toEqual([]);
    pool.update([seat]);
    expect(pool.health().get(key)).toMatchObject({ answered: 1 });
    expect(await pool.ask(key, contexts, signal)).toMatchObject({ kind: "answered" });
  });

  it("forgets a miner that left", async () => {
    const { pool, key } = await start();
    pool.update([]);
    expect(pool.reachable().size).toBe(0);
    expect(await pool.ask(key, contexts, signal)).toMatchObject({ code: "VALIDATOR_UNKNOWN_MINER" });
  });
});
