import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { GenesisDoc } from "@ganglion/ledger";
import { nodeSockets } from "../../src/engine/cometbft/nodeConfig.ts";
import { nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import { BINARY } from "../gen/cometbftBinary.ts";
import { genesisOf } from "../gen/cometbftNode.ts";
import { planNetworkOf } from "../gen/cometbftRun.ts";
import { newFolder } from "../gen/runChain.ts";

/** Transactions of one request. */
export const BATCH = 200;
export const BLOCK_BYTES = 1 << 20;
const CHILD = new URL("./loadedNodeChild.ts", import.meta.url).pathname;

/** Blocks of a megabyte. */
export function benchGenesis(validators: number): GenesisDoc {
  const genesis = genesisOf(validators);
  const params = { ...genesis.params, maxBlockBytes: BLOCK_BYTES };
  return { ...genesis, params };
}

/** A network of processes that a bench sends to over its first node's socket. */
export type BenchNetwork = { readonly rpc: string; readonly close: () => Promise<void> };

export async function startLedgerNetwork(
  validators: number,
  { blockIntervalMs, accounts }: { readonly blockIntervalMs: number; readonly accounts: number },
): Promise<BenchNetwork> {
  const specs = (await planNetworkOf(validators, blockIntervalMs)).map((spec) => ({ ...spec, accounts }));
  const children = specs.map((spec, node) => {
    const profile = node === 0 ? (process.env["BENCH_NODE_OPTIONS"]?.split(" ") ?? []) : [];
    return spawn(process.execPath, [...profile, CHILD, JSON.stringify(spec)], {
      stdio: ["pipe", "ignore", "inherit"],
    });
  });
  const folder = specs[0]?.folder ?? "";
  return {
    rpc: nodeSockets(nodeHome(folder)).rpc,
    close: async () => {
      await Promise.all(children.map(ended));
      rmSync(dirname(folder), { recursive: true, force: true });
    },
  };
}

/** CometBFT's own application in its own process: no signatures, no state to speak of. */
export async function startKvstore(blockIntervalMs: number): Promise<BenchNetwork> {
  const home = newFolder();
  spawnSync(BINARY, ["init", "--home", home], { stdio: "ignore" });
  const rpc = join(home, "rpc.sock");
  const path = join(home, "config", "config.toml");
  const config = readFileSync(path, "utf8")
    .replace('laddr = "tcp://127.0.0.1:26657"', `laddr = "unix://${rpc}"`)
    .replace('laddr = "tcp://0.0.0.0:26656"', 'laddr = "tcp://127.0.0.1:0"')
    .replace(/^timeout_commit = .*$/m, `timeout_commit = "${blockIntervalMs}ms"`)
    .replace(/^size = 5000$/m, "size = 100000")
    .replace(/^max_request_batch_size = .*$/m, `max_request_batch_size = ${BATCH}`)
    .replace(/^indexer = .*$/m, 'indexer = "null"')
    .replace(/^discard_abci_responses = .*$/m, "discard_abci_responses = true");
  writeFileSync(path, config);
  const genesis = join(home, "config", "genesis.json");
  writeFileSync(
    genesis,
    readFileSync(genesis, "utf8").replace(/"max_bytes": "55600190"/, `"max_bytes": "${BLOCK_BYTES}"`),
  );
  const child = spawn(BINARY, ["start", "--home", home, "--proxy_app", "kvstore", "--log_level", "error"], {
    stdio: "ignore",
  });
  return {
    rpc,
    close: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null) await once(child, "exit");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A node takes ten calls in one request unless told otherwise. */
export function widenBatches(home: string, batch: number): void {
  const path = join(home, "config", "config.toml");
  const config = readFileSync(path, "utf8");
  writeFileSync(path, config.replace("[rpc]\n", `[rpc]\nmax_request_batch_size = ${batch}\n`));
}

async function ended(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  if (child.exitCode === null) await once(child, "exit");
}
