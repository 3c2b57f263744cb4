import { readdirSync, rmSync } from "node:fs";
import { verifyLightProof } from "@ganglion/client";
import { encodeGenesis, type GenesisDoc, genesisHash, genesisSigners, parseGenesis } from "@ganglion/ledger";
import { bytesToHex } from "@ganglion/types";
import { beforeAll, describe, expect, it } from "@jest/globals";
import {
  exportStopped,
  replayStopped,
  rollbackStopped,
  type StoppedChain,
  snapshotStopped,
} from "../../src/index.ts";
import { BINARY, BUILD_MS, ensureBinary, LONE_NODE } from "../gen/cometbftBinary.ts";
import { genesisWith } from "../gen/network.ts";
import { newFolder, optionsFor, runChain } from "../gen/runChain.ts";

const TEST_MS = 120_000;
const ENGINES = [
  ["solo", {}],
  ["cometbft", { cometbft: LONE_NODE }],
] as const;

type Block = { readonly height: number; readonly root: string };

/** Runs until some blocks more are there; tells them. */
async function runFor(chain: StoppedChain, engine: object, blocks: number): Promise<Block[]> {
  const { dataDir, genesis } = chain;
  const options = optionsFor(dataDir, { genesis, blockIntervalMs: 50, ...engine });
  const { client, stop } = await runChain(options);
  const { height, earliestHeight } = await client.status();
  const seen: Block[] = [];
  const from = Math.max(earliestHeight, height + 1);
  for await (const block of client.blocks(from, AbortSignal.timeout(60_000))) {
    seen.push({ height: block.height, root: bytesToHex(block.stateRoot) });
    if (seen.length >= blocks) break;
  }
  await stop();
  return seen;
}

beforeAll(ensureBinary, BUILD_MS);

describe.each(ENGINES)("a stopped ledger of engine %s", (_name, engine) => {
  it(
    "goes back one block, by genesis or by a snapshot, and gives the same block again",
    async () => {
      const chain = { dataDir: newFolder(), genesis: genesisWith() };
      await runFor(chain, engine, 4);
      const before = await replayStopped(chain);
      const head = await rollbackStopped(chain, BINARY);
      expect(head.height).toBe(before.blocks - 1);
      expect(await replayStopped(chain)).toMatchObject({ blocks: before.blocks - 1 });
      const offer = await snapshotStopped(chain);
      expect(offer).toMatchObject({ height: head.height, format: 1 });

      const [again] = await runFor(chain, engine, 3);
      expect(again?.height).toBeLessThanOrEqual(before.blocks + 1);
      const after = await replayStopped(chain);
      expect(after.blocks).toBeGreaterThan(before.blocks);
      expect((await rollbackStopped(chain, BINARY)).height).toBe(after.blocks - 1);
      await runFor(chain, engine, 2);
      await replayStopped(chain);
      rmSync(chain.dataDir, { recursive: true });
    },
    TEST_MS,
  );

  it(
    "goes on under another name where it ended",
    async () => {
      const old = { dataDir: newFolder(), genesis: genesisWith() };
      await runFor(old, engine, 4);
      const { blocks: end } = await replayStopped(old);
      const exported = parseGenesis(encodeGenesis(await exportStopped(old, "next-chain")));
      expect(bytesToHex(genesisHash(exported))).not.toBe(bytesToHex(genesisHash(old.genesis)));
      const next = { dataDir: newFolder(), genesis: exported };
      const [first] = await runFor(next, engine, 3);
      expect(first?.height).toBeGreaterThan(end);
      expect(await replayStopped(next)).toMatchObject({ blocks: expect.any(Number) });
      await proveOn(next, engine);
      await expect(rollbackStopped({ ...next, genesis: old.genesis }, BINARY)).rejects.toMatchObject({
        code: "CHAIN_STORE_OTHER_GENESIS",
      });
      for (const { dataDir } of [old, next]) rmSync(dataDir, { recursive: true });
    },
    TEST_MS,
  );
});

/** The new ledger's rows are its own: proofs name it. */
async function proveOn(
  { dataDir, genesis }: { dataDir: string; genesis: GenesisDoc },
  engine: object,
): Promise<void> {
  const { client, stop } = await runChain(optionsFor(dataDir, { genesis, blockIntervalMs: 50, ...engine }));
  const { height } = await client.status();
  for await (const block of client.blocks(height + 1, AbortSignal.timeout(60_000))) if (block) break;
  const answer = await client.proof({ kind: "neuron", uid: 0 });
  const proof = verifyLightProof(answer?.proof ?? new Uint8Array(0), { validators: genesisSigners(genesis) });
  expect(bytesToHex(proof.genesisHash)).toBe(bytesToHex(genesisHash(genesis)));
  await stop();
}

describe("a stopped ledger", () => {
  it("is not made up: without blocks there is nothing to take back", async () => {
    const chain = { dataDir: newFolder(), genesis: genesisWith() };
    await expect(snapshotStopped(chain)).rejects.toMatchObject({ code: "CHAIN_NOTHING_STORED" });
    expect(readdirSync(chain.dataDir)).toEqual([]);
    rmSync(chain.dataDir, { recursive: true });
  });

  it("takes no name that is too long for CometBFT", async () => {
    const chain = { dataDir: "", genesis: genesisWith() };
    await expect(exportStopped(chain, "x".repeat(51))).rejects.toMatchObject({ code: "CHAIN_ID_TOO_LONG" });
  });
});
