import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cometbftBinary } from "@ganglion/chain";
import { decodeAddress } from "@ganglion/keys";
import { defaultCacheDir } from "@ganglion/local";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/market.ts";
import { processesOf } from "../../src/processTree.ts";
import { type Ran, runGanglion } from "../../src/runGanglion.ts";
import { Up } from "../../src/runUp.ts";
import { writeSmallestNetwork } from "../../src/tinyNetwork.ts";

const BUILD_MS = 600_000;
const BUILD = fileURLToPath(new URL("../../src/buildCometbft.ts", import.meta.url));
const START_MS = 90_000;
const SIGNED_MS = 60_000;
const TEST_MS = 2 * START_MS;
const HASH = /^[0-9a-f]{64}$/;

beforeAll(() => {
  if (existsSync(cometbftBinary(defaultCacheDir()))) return;
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}, BUILD_MS);

type Fields = Readonly<Record<string, unknown>>;

function readJson({ code, stdout, stderr }: Ran): Fields {
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Fields;
}

function expectRefused({ code, stderr }: Ran, errorCode: string): void {
  expect([code, stderr]).toEqual([1, expect.stringContaining(errorCode)]);
}

/** Ends it by a signal to the command alone, so that its nodes still answer. @returns its last line, the summary */
async function summaryOf(network: Up): Promise<Fields> {
  process.kill(network.pid, "SIGTERM");
  expect([await network.exited, network.errors, processesOf(network.pid)]).toEqual([0, "", []]);
  return network.lines.at(-1) ?? {};
}

/** One network for all: the tests follow its life in order, with the commands of docs/operations/chain.md. */
describe("ganglion testnet", () => {
  const folder = mkdtempSync(join(tmpdir(), "ganglion-testnet-"));
  const pathOf = (name: string): string => join(folder, name);
  const state = pathOf("state");
  const genesis = join(state, "genesis.json");
  let network: Up;
  let wallet: Fields = {};
  const node1 = ["--data", join(state, "chain", "node-1"), "--genesis", genesis];
  let end = 0;
  let exportedAt = 0;

  const testnet = (stateDir: string): Up => {
    network = new Up(["--nodes", "4", "--block", "300ms", "--state", stateDir], folder, "testnet");
    return network;
  };
  /** Until all nodes have this block. */
  const reaches = (running: Up, block: number): Promise<unknown> =>
    running.line(({ event, height }) => event === "height" && Number(height) >= block, START_MS);
  const run = (...args: string[]): Promise<Ran> => runGanglion([...args, "--state", state], { cwd: folder });
  const json = async (...args: string[]): Promise<Fields> => readJson(await run(...args, "--json"));
  const verify = (file: string, trusted: string): Promise<Ran> =>
    runGanglion(["verify", file, "--genesis", trusted, "--json"], { cwd: folder });

  afterAll(async () => {
    await network.killAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "makes blocks on four nodes, takes a registration and answers queries and proofs",
    async () => {
      await reaches(testnet(state), 2);
      [, wallet] = await Promise.all([
        json("keys", "new", "me", "--plain"),
        json("keys", "new", "wallet", "--kind", "coldkey", "--plain"),
      ]);
      const { uid } = await json("register", "--hotkey", "me", "--owner", "wallet");
      expect(uid).toBe(4);
      const [neuron] = await Promise.all([
        json("neuron", "me"),
        json("proof", "neuron", "me", "--out", "neuron.proof"),
        json("proof", "weights", "node-0", "--out", "weights.proof"),
        json("proof", "account", "wallet", "--out", "account.proof"),
      ]);
      expect(neuron).toMatchObject({ uid, name: "me" });
    },
    TEST_MS,
  );

  it(
    "lets nobody change the ledger of a node that runs, and stops with equal roots",
    async () => {
      expectRefused(await run("rollback"), "CHAIN_STORE_HELD");
      const { height, root } = await summaryOf(network);
      expect(height).toBeGreaterThan(2);
      expect(root).toMatch(HASH);
    },
    TEST_MS,
  );

  it(
    "has given proofs that hold without any node, and not when altered or of another ledger",
    async () => {
      makeRich(pathOf("account.proof"), String(wallet["address"]), pathOf("rich.proof"));
      writeFileSync(pathOf("other.json"), readFileSync(genesis, "utf8").replace("testnet-local", "other"));
      const [rich, other, ...held] = await Promise.all([
        verify("rich.proof", genesis),
        verify("account.proof", pathOf("other.json")),
        ...["neuron.proof", "weights.proof", "account.proof"].map((file) => verify(file, genesis)),
      ]);
      expectRefused(rich, "PROOF_BAD_ROOT");
      expectRefused(other, "PROOF_OTHER_LEDGER");
      for (const ran of held) expect(readJson(ran)).toMatchObject({ valid: true });
    },
    TEST_MS,
  );

  it(
    "is replayed, gives a snapshot, goes back one block and is exported while it stands",
    async () => {
      const { blocks } = await json("replay");
      end = Number(blocks);
      expect(await json("snapshot")).toMatchObject({ height: end, hash: expect.stringMatching(HASH) });
      expect(await json("rollback")).toMatchObject({ height: end - 1 });
      expect(await json("replay")).toMatchObject({ blocks: end - 1 });
      const exported = await json("export", "--chain-id", "next", "--out", "next.json", ...node1);
      exportedAt = Number(exported["height"]);
      expectRefused(await run("export", "--chain-id", "next", "--out", "next.json"), "CHAIN_GENESIS_EXISTS");
    },
    TEST_MS,
  );

  it(
    "goes on at its next start, the node that went back too",
    async () => {
      const again = testnet(state);
      await reaches(again, end + 2);
      const { height, root } = await summaryOf(again);
      expect(height).toBeGreaterThan(end);
      expect(root).toMatch(HASH);
      expect(Number((await json("replay", ...node1))["blocks"])).toBeGreaterThan(end);
    },
    TEST_MS,
  );

  it(
    "goes on under another name with the exported genesis and the same keys",
    async () => {
      const next = pathOf("next");
      mkdirSync(next);
      cpSync(join(state, "keys"), join(next, "keys"), { recursive: true });
      cpSync(pathOf("next.json"), join(next, "genesis.json"));
      const renamed = testnet(next);
      await reaches(renamed, exportedAt + 2);
      expect(renamed.lines.find(({ event }) => event === "height")?.["height"]).toBeGreaterThan(exportedAt);
      const neuron = await runGanglion(["neuron", "me", "--json", "--state", next]);
      expect(readJson(neuron)).toMatchObject({ uid: 4, name: "me" });
      expect((await summaryOf(renamed))["root"]).toMatch(HASH);
    },
    TEST_MS,
  );

  it(
    "refuses to go on with another number of validators",
    async () => {
      expectRefused(await run("testnet", "--nodes", "3", "--for", "5s"), "LOCAL_OTHER_NETWORK");
    },
    TEST_MS,
  );

  it.each(["0", "17"])("refuses %s nodes", async (nodes) => {
    expectRefused(await run("testnet", "--nodes", nodes), "LOCAL_BAD_NODES");
  });
});

describe("ganglion up --engine cometbft", () => {
  const { folder, file } = writeSmallestNetwork();
  const market = ["-f", file, "--state", "state", "--metrics-port", "0"];
  let up: Up;

  const run = (...args: string[]): Promise<Ran> => runGanglion(args, { cwd: folder });
  /** How many of the ledger's keys signed a block: one whose node came late may not have at first. */
  const signers = async (): Promise<number> => {
    const { keys } = readJson(await run("consensus", "--state", "state", "--json"));
    return (keys as Fields[]).filter((key) => Number(key["signedBlocks"]) > 0).length;
  };

  afterAll(async () => {
    await up.killAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "runs a market on four nodes that all sign, stops well and goes on under this engine only",
    async () => {
      up = new Up([...market, "--engine", "cometbft", "--nodes", "4"], folder);
      await up.line(({ event, name }) => event === "registered" && name === "noise", START_MS);
      await until(
        async () => ((await signers()) === 4 ? true : undefined),
        SIGNED_MS,
        "block signed by each",
      );
      await summaryOf(up);
      expectRefused(await run("up", ...market, "--for", "5s"), "LOCAL_OTHER_ENGINE");
      const { blocks } = readJson(await run("replay", "--state", "state", "--json"));
      expect(Number(blocks)).toBeGreaterThan(2);
    },
    TEST_MS,
  );
});

/** Adds to the balance in an account's proof, which follows its address, and leaves the signatures as they were. */
function makeRich(file: string, owner: string, to: string): void {
  const bytes = readFileSync(file);
  const address = decodeAddress(owner);
  const balanceAt = bytes.indexOf(address) + address.length;
  expect(balanceAt).toBeGreaterThan(address.length);
  bytes.writeBigUInt64LE(1_000_000_000n, balanceAt);
  writeFileSync(to, bytes);
}
