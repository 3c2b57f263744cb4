import { setTimeout } from "node:timers/promises";
import { type ChainClient, createChainClient, solveWork } from "@ganglion/client";
import { createPlainClient } from "@ganglion/runtime/grpc";
import { addressOfKey, asEpochIndex, asHeight, asSpikes, bytesToHex, errorCode } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { serve, signed } from "../gen/blocks.ts";
import { BUILD_MS, ensureBinary, LONE_NODE } from "../gen/cometbftBinary.ts";
import { genesisWith, keyOf, OWNER, VALIDATOR } from "../gen/network.ts";
import { logger, newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";

const ENGINES = [
  ["solo", {}],
  ["cometbft", { cometbft: LONE_NODE }],
] as const;

/** Epochs so long that no test meets the end of one. */
const GENESIS = genesisWith({
  epochLengthBlocks: 100,
  immunityBlocks: 400,
  unbondingBlocks: 400,
  unbondingMs: 400_000,
});

let running: Running;
beforeAll(ensureBinary, BUILD_MS);

const MINER = keyOf("miner");

async function caughtUp(client: ChainClient): Promise<void> {
  const abort = new AbortController();
  for await (const { height } of client.blocks(1, abort.signal)) if (height >= 1) break;
  while ((await client.status()).catchingUp) await setTimeout(50);
  abort.abort();
}

/** Blocks are far faster here than the ledger's target, so work may be stale when it arrives: solve again. */
async function register(signer = MINER) {
  const { client } = running;
  const signal = AbortSignal.timeout(30_000);
  for (;;) {
    const proof = await solveWork({ client, hotkey: signer.publicKey, signal }, { logger });
    const action = {
      kind: "register",
      hotkey: signer.publicKey,
      owner: addressOfKey(OWNER.publicKey),
      proof: { kind: "work", height: asHeight(proof.height), nonce: proof.nonce },
    } as const;
    try {
      return await client.submit(action, [signer], { signal });
    } catch (error) {
      if (errorCode(error) !== "REGISTER_WORK_STALE") throw error;
    }
  }
}

describe.each(ENGINES)("a chain of engine %s seen through its client", (engine, options) => {
  beforeEach(async () => {
    running = await runChain(optionsFor(newFolder(), { ...options, genesis: GENESIS }));
    await caughtUp(running.client);
  });
  afterEach(() => running.stop());

  it("says which engine runs and that it is up to date", async () => {
    expect(await running.client.status()).toMatchObject({
      engine,
      catchingUp: false,
      halted: false,
      peers: 0,
    });
  });

  it("refuses what waits already, and what is in a block", async () => {
    const { client, chain: node } = running;
    const transaction = signed(VALIDATOR, 0, serve("validator"), node.genesisHash);
    const grpc = createPlainClient(chain.ChainServiceService, { target: node.endpoint });
    const send = async () => (await grpc.call.broadcast({ transaction }, { timeoutMs: 10_000 })).code;
    expect(await send()).toBe("OK");
    // A block may come in between.
    expect(["MEMPOOL_KNOWN", "TX_NONCE_TOO_LOW"]).toContain(await send());
    const abort = new AbortController();
    for await (const { transactions } of client.blocks(1, abort.signal)) if (transactions.length > 0) break;
    abort.abort();
    expect(await send()).toBe("TX_NONCE_TOO_LOW");
    grpc.close();
  });

  it("registers a miner by work and shows it in the metagraph", async () => {
    const receipt = await register();
    expect(receipt.code).toBe("OK");
    const { neurons } = await running.client.metagraph();
    expect(neurons.map(({ hotkey }) => bytesToHex(hotkey))).toContain(bytesToHex(MINER.publicKey));
    expect(await running.client.transaction(receipt.transactionHash)).toEqual(receipt);
  });

  it("sends concurrent transactions of one sender with consecutive nonces", async () => {
    const { client } = running;
    const present = await client.metagraph();
    const receipts = await Promise.all([
      client.submit(
        {
          kind: "serve",
          role: "validator",
          host: "127.0.0.1",
          port: 1,
          modelDigest: new Uint8Array(32),
          version: 1,
        },
        [VALIDATOR],
      ),
      client.submit(
        { kind: "commitWeights", epoch: asEpochIndex(present.epoch), commitment: new Uint8Array(32).fill(1) },
        [VALIDATOR],
      ),
    ]);
    expect(receipts.map(({ code }) => code)).toEqual(["OK", "OK"]);
    expect((await client.account(addressOfKey(VALIDATOR.publicKey))).nonce).toBe(2);
    const detail = await client.neuron({ hotkey: VALIDATOR.publicKey });
    expect(detail?.commitments.map(({ epoch }) => epoch)).toEqual([present.epoch]);
  });

  it("gives the ledger's code for a refusal", async () => {
    const stranger = keyOf("stranger");
    const transfer = running.client.submit(
      { kind: "transfer", to: addressOfKey(OWNER.publicKey), amount: asSpikes(5n) },
      [stranger],
    );
    await expect(transfer).rejects.toMatchObject({ code: "TX_UNKNOWN_ACCOUNT" });
  });

  it("simulates without changing anything", async () => {
    const { client } = running;
    const outcome = await client.simulate({ kind: "unserve" }, [VALIDATOR]);
    expect(outcome.receipt?.code).toBe("UNSERVE_NOT_SERVING");
    expect((await client.account(addressOfKey(VALIDATOR.publicKey))).nonce).toBe(0);
  });

  it("answers undefined for what is not there", async () => {
    const { client } = running;
    expect(await client.neuron({ uid: 9 })).toBeUndefined();
    expect(await client.epochReport(99)).toBeUndefined();
    expect(await client.transaction(new Uint8Array(32))).toBeUndefined();
  });

  it("streams every block in order, past and live, linked by hash", async () => {
    const abort = new AbortController();
    let parent: Uint8Array | undefined;
    for await (const block of running.client.blocks(1, abort.signal)) {
      if (parent !== undefined) expect(bytesToHex(block.parentHash)).toBe(bytesToHex(parent));
      parent = block.hash;
      if (block.height === 8) break;
    }
    abort.abort();
  });

  it("tells of the metagraph when it changes and not before", async () => {
    const abort = new AbortController();
    const sizes: number[] = [];
    for await (const { neurons } of running.client.watchMetagraph(abort.signal)) {
      sizes.push(neurons.length);
      if (sizes.length === 1) await register();
      if (neurons.length === 2) break;
    }
    abort.abort();
    expect(sizes.at(0)).toBe(1);
    expect(sizes.at(-1)).toBe(2);
  });

  it("gives up with a clear error when nobody answers", async () => {
    const client = createChainClient({ endpoints: ["127.0.0.1:1"], patienceMs: 100 }, { logger });
    await expect(client.status()).rejects.toMatchObject({ code: "CLIENT_UNAVAILABLE" });
    client.close();
  });

  it("refuses a node of another ledger", async () => {
    const client = createChainClient(
      { endpoints: [running.chain.endpoint], genesisHash: new Uint8Array(32) },
      { logger },
    );
    await expect(client.status()).rejects.toMatchObject({ code: "CLIENT_OTHER_CHAIN" });
    client.close();
  });
});

describe("a stream over a restart of its node", () => {
  it("goes on after the last event without a gap or a repeat", async () => {
    const options = optionsFor(newFolder());
    let node = await runChain(options);
    const client = createChainClient({ endpoints: [node.chain.endpoint] }, { logger });
    const abort = new AbortController();
    const heights: number[] = [];
    const { port } = node.chain;
    for await (const { height } of client.blocks(1, abort.signal)) {
      heights.push(height);
      if (height === 3) {
        await node.stop();
        node = await runChain({ ...options, port });
      }
      if (height === 12) break;
    }
    abort.abort();
    client.close();
    await node.stop();
    expect(heights).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });
});
