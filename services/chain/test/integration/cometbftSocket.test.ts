import { rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { verifySignature } from "@ganglion/keys";
import { createLogger } from "@ganglion/runtime/log";
import { bytesToHex } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { CheckTxType, Request, Response } from "cosmjs-types/tendermint/abci/types";
import fc from "fast-check";
import { AbciServer } from "../../src/engine/cometbft/abciServer.ts";
import { encodeLength, FrameReader } from "../../src/engine/cometbft/frames.ts";
import { NO_SNAPSHOTS } from "../../src/engine/cometbft/snapshotSource.ts";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { ACCOUNTS, genesisOf } from "../gen/cometbftNode.ts";
import { fundedApplication, signTransfer } from "../gen/funded.ts";
import { newFolder } from "../gen/runChain.ts";

const SEED = 20_262;
const REPLY_MS = 20_000;

let folder: string;
let server: AbciServer;
let application: LedgerApplication;
let faults: unknown[];
let loadChunk: () => Promise<Uint8Array>;
let closeAll: () => Promise<void>;

beforeEach(async () => {
  folder = newFolder();
  const database = openDatabase(folder);
  application = fundedApplication(new ChainStore(database), ACCOUNTS, verifySignature, genesisOf(1));
  faults = [];
  loadChunk = async () => new Uint8Array(0);
  server = new AbciServer(join(folder, "app.sock"), {
    application,
    snapshots: { ...NO_SNAPSHOTS, loadChunk: () => loadChunk() },
    logger: createLogger({ level: "silent" }),
    onFault: (error) => faults.push(error),
  });
  await server.listen();
  closeAll = async () => {
    await server.close();
    await database.close();
  };
});

afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true });
});

/** One connection as the node has it, with its replies in the order in which they come. */
class Peer {
  readonly socket: Socket = connect(join(folder, "app.sock"));
  readonly replies: Response[] = [];
  readonly #frames = new FrameReader();
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor() {
    this.socket.on("data", (chunk: Buffer) => {
      this.#frames.push(Uint8Array.from(chunk));
      for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next())
        this.replies.push(Response.decode(frame));
      this.#wake();
    });
    this.socket.on("error", () => undefined);
    this.socket.once("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  send(...requests: readonly Asked[]): void {
    this.socket.write(Buffer.concat(requests.map(frameOf)));
  }

  async got(count: number): Promise<readonly Response[]> {
    await this.#until(() => this.replies.length >= count);
    return this.replies;
  }

  closed(): Promise<void> {
    return this.#until(() => this.#closed);
  }

  #until(holds: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = setTimeout(() => reject(new Error(`no reply: ${this.replies.length} so far`)), REPLY_MS);
    const wake = (): void => {
      if (!holds()) return;
      clearTimeout(late);
      this.#waiting.delete(wake);
      resolve();
    };
    this.#waiting.add(wake);
    wake();
    return promise;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** A request by the fields that it is about. */
type Asked = { readonly [Kind in keyof Request]?: Partial<Request[Kind]> };

function frameOf(asked: Asked): Uint8Array {
  const bytes = Request.encode(Request.fromPartial<object>(asked)).finish();
  return Buffer.concat([encodeLength(bytes.length), bytes]);
}

const rootNow = (): string => bytesToHex(application.state.view.hashTreeRoot());

describe("the application's socket", () => {
  it("answers pipelined requests in their order, a flush with a flush", async () => {
    const peer = new Peer();
    const echoes = Array.from({ length: 200 }, (_, i) => ({ echo: { message: String(i) } }));
    peer.send(...echoes.flatMap((echo) => [echo, { flush: {} }]));
    const replies = await peer.got(400);
    const told = replies.map(({ echo, flush }) => echo?.message ?? (flush && "flush"));
    expect(told).toEqual(echoes.flatMap((_, i) => [String(i), "flush"]));
    peer.socket.destroy();
  });

  it("lets another connection through while one is flooded with transactions", async () => {
    const hash = application.genesisHash;
    const flood = new Peer();
    const consensus = new Peer();
    const tx = signTransfer(ACCOUNTS, 0, 0, { hash }).bytes.with(-1, 0);
    const count = 2_000;
    flood.send(...Array.from({ length: count }, () => ({ checkTx: { tx, type: CheckTxType.NEW } })));
    await flood.got(1);
    consensus.send({ echo: { message: "block" } }, { flush: {} });
    await consensus.got(2);
    expect(flood.replies.length).toBeLessThan(count);
    expect((await flood.got(count)).every(({ checkTx }) => checkTx?.code === 1)).toBe(true);
    flood.socket.destroy();
    consensus.socket.destroy();
  });

  it("keeps a good transaction, and says at the recheck why it does not wait", async () => {
    const hash = application.genesisHash;
    const peer = new Peer();
    const good = signTransfer(ACCOUNTS, 0, 0, { hash }).bytes;
    const late = signTransfer(ACCOUNTS, 1, 5, { hash }).bytes;
    peer.send(
      { checkTx: { tx: good, type: CheckTxType.NEW } },
      { checkTx: { tx: good, type: CheckTxType.NEW } },
      { checkTx: { tx: good, type: CheckTxType.RECHECK } },
      { checkTx: { tx: late, type: CheckTxType.RECHECK } },
      { info: {} },
    );
    const replies = await peer.got(5);
    expect(replies.map(({ checkTx }) => checkTx?.code)).toEqual([0, 0, 0, 1, undefined]);
    expect(replies[3]?.checkTx?.log).toMatch(/^TX_[A-Z_]+: /);
    expect(replies[4]?.info?.lastBlockHeight).toBe(0n);
    peer.socket.destroy();
  });

  it("is rolled back by nobody who only asks", async () => {
    const before = rootNow();
    const peer = new Peer();
    peer.send({ query: { path: "/head" } }, { query: { path: "/other" } }, { listSnapshots: {} });
    const [head, other, list] = await peer.got(3);
    expect(JSON.parse(Buffer.from(head?.query?.value ?? []).toString())).toEqual({
      height: 0,
      stateRoot: before,
    });
    expect(other?.query?.code).toBe(1);
    expect(list?.listSnapshots?.snapshots).toEqual([]);
    peer.socket.destroy();
  });

  it("answers an impossible order with an exception and tells that it is over", async () => {
    const peer = new Peer();
    peer.send({ commit: {} }, { echo: { message: "more" } });
    const [first] = await peer.got(1);
    expect(first?.exception?.error).toMatch(/commit without/);
    peer.send({ echo: { message: "again" } });
    const other = new Peer();
    other.send({ echo: { message: "other" } });
    await other.got(1);
    expect([faults.length, peer.replies.length]).toEqual([1, 1]);
    peer.socket.destroy();
    other.socket.destroy();
  });

  it("changes nothing, and neither ends nor hangs, whatever bytes come", async () => {
    const before = rootNow();
    const bytes = fc.uint8Array({ maxLength: 200 });
    const framed = bytes.map((body) => Buffer.concat([encodeLength(body.length), body]));
    const mutated = fc.tuple(fc.nat(5), fc.nat(10_000), fc.nat(255)).map(([kind, at, byte]) => {
      const samples: readonly Asked[] = [
        { info: {} },
        { checkTx: { tx: new Uint8Array(100).fill(3), type: 0 } },
        { query: { path: "/head" } },
        { echo: { message: "m".repeat(50) } },
        { prepareProposal: { maxTxBytes: 1_000n, height: 1n } },
        { processProposal: { height: 1n, txs: [new Uint8Array(40)], time: { seconds: 1n, nanos: 1 } } },
      ];
      const frame = Uint8Array.from(frameOf(samples[kind] ?? { flush: {} }));
      frame[at % frame.length] = byte;
      return frame;
    });
    const chunk = fc.oneof(bytes, framed, mutated);
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { minLength: 1, maxLength: 6 }), async (chunks) => {
        const peer = new Peer();
        for (const part of chunks) peer.socket.write(part);
        peer.socket.end();
        await peer.closed();
        const other = new Peer();
        other.send({ echo: { message: "alive" } });
        expect((await other.got(1))[0]?.echo?.message).toBe("alive");
        other.socket.destroy();
      }),
      { seed: SEED, numRuns: 300 },
    );
    expect(rootNow()).toBe(before);
    expect(application.head.height).toBe(0);
  });
});

describe("a wait at the application's socket", () => {
  const minuteMs = 60_000;
  const loading = { loadSnapshotChunk: { height: 1n, format: 1, chunk: 0 } };

  /** Intervals alone, by which waits are limited: sockets go on as they do. */
  beforeEach(() => {
    const real = ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "nextTick"] as const;
    jest.useFakeTimers({ doNotFake: [...real, "queueMicrotask", "performance", "hrtime", "Date"] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const waits = async (): Promise<void> => {
    while (jest.getTimerCount() === 0) await setImmediate();
  };

  it("ends with a coded error where the disk does not give an answer", async () => {
    loadChunk = () => new Promise(() => undefined);
    const peer = new Peer();
    peer.send({ echo: { message: "before" } }, loading, { flush: {} });
    await waits();
    jest.advanceTimersByTime(minuteMs - 1);
    expect(faults).toEqual([]);
    jest.advanceTimersByTime(1);
    const [, late] = await peer.got(2);
    expect(late?.exception?.error).toMatch(/^loadSnapshotChunk was not answered within 60 s/);
    expect(faults).toEqual([expect.objectContaining({ code: "ABCI_ANSWER_LATE" })]);
    peer.socket.destroy();
  });

  it("holds nobody else up, and is over with the answer", async () => {
    const slow = Promise.withResolvers<Uint8Array>();
    loadChunk = () => slow.promise;
    const peer = new Peer();
    const other = new Peer();
    peer.send(loading, { echo: { message: "after" } });
    await waits();
    other.send({ echo: { message: "other" } });
    await other.got(1);
    slow.resolve(Uint8Array.of(7));
    const [chunk, after] = await peer.got(2);
    expect([...(chunk?.loadSnapshotChunk?.chunk ?? [])]).toEqual([7]);
    expect(after?.echo?.message).toBe("after");
    expect(jest.getTimerCount()).toBe(0);
    peer.socket.destroy();
    other.socket.destroy();
  });

  it("ends for who sends half a request, not for who sends none", async () => {
    const idle = new Peer();
    idle.send({ echo: { message: "idle" } });
    await idle.got(1);
    const peer = new Peer();
    peer.socket.write(frameOf({ echo: { message: "half" } }).subarray(0, 3));
    await waits();
    jest.advanceTimersByTime(minuteMs);
    await peer.closed();
    idle.send({ echo: { message: "still there" } });
    await idle.got(2);
    expect(faults).toEqual([]);
    idle.socket.destroy();
  });

  it("goes on where the other half comes", async () => {
    const frame = frameOf({ echo: { message: "whole" } });
    const peer = new Peer();
    peer.socket.write(frame.subarray(0, 3));
    await waits();
    jest.advanceTimersByTime(minuteMs / 3);
    peer.socket.write(frame.subarray(3));
    expect((await peer.got(1))[0]?.echo?.message).toBe("whole");
    expect(jest.getTimerCount()).toBe(0);
    peer.socket.destroy();
  });

  it("ends for who reads no answers", async () => {
    const peer = new Peer();
    peer.socket.pause();
    const message = "m".repeat(64 * 1024);
    peer.send(...Array.from({ length: 100 }, () => ({ echo: { message } })));
    await waits();
    jest.advanceTimersByTime(minuteMs);
    peer.socket.resume();
    await peer.closed();
    expect(peer.replies.length).toBeLessThan(100);
    expect(faults).toEqual([]);
  });
});
