import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { cometbftBinary, ensureNodeKey, nodeHome } from "@ganglion/chain";
import { GanglionError } from "@ganglion/types";
import type { NodePlan } from "../core/planChainNodes.ts";
import type { Identities } from "./identities.ts";
import type { Programs } from "./programs.ts";
import type { StateFolder } from "./stateFolder.ts";

const LOOPBACK = "127.0.0.1";
const READY_MS = 60_000;

export type ChainNodesOptions = {
  readonly folder: StateFolder;
  readonly identities: Identities;
  readonly programs: Programs;
  readonly nodes: readonly Pick<NodePlan, "name" | "keyName">[];
  /** Options of the chain program that all nodes share. */
  readonly shared: object;
  readonly cacheDir: string;
};

export type ChainNode = { readonly name: string; readonly endpoint: string };

/** Where the ledger of one node of a local CometBFT network is. */
function nodeFolder(folder: StateFolder, name: string): string {
  return folder.path("chain", name);
}

/**
 * Starts the nodes of one CometBFT network on loopback, each a chain program with its CometBFT beside it, and waits
 * until all answer.
 * @throws GanglionError LOCAL_NO_COMETBFT | LOCAL_CHAIN_SLOW | the chain's own
 */
export async function startChainNodes(options: ChainNodesOptions): Promise<readonly ChainNode[]> {
  const { folder, programs, nodes, cacheDir } = options;
  const binary = cometbftBinary(cacheDir);
  if (!existsSync(binary))
    throw new GanglionError(
      "LOCAL_NO_COMETBFT",
      `there is no CometBFT at ${binary}: build it once with \`make cometbft\``,
      { binary },
    );
  const configs = await configsOf(options, binary);
  const starting = nodes.map(async ({ name }, index) => {
    const config = configs[index] ?? {};
    const program = programs.start({ kind: "chain", name, config, onReady: () => undefined });
    const { port } = await program.ready;
    // Should it fall, it comes back on the same port, where all others look for it.
    folder.write(`config/${name}.json`, `${JSON.stringify({ ...config, port }, null, 2)}\n`);
    return { name, endpoint: `${LOOPBACK}:${port}` };
  });
  return Promise.race([Promise.all(starting), late(folder)]);
}

async function configsOf(
  { folder, identities, nodes, shared }: ChainNodesOptions,
  binary: string,
): Promise<readonly object[]> {
  const ports = await freePorts(nodes.length);
  const peers = nodes.map(({ name }, index) => {
    const id = ensureNodeKey(nodeHome(nodeFolder(folder, name)));
    return `${id}@${LOOPBACK}:${ports[index] ?? 0}`;
  });
  return nodes.map(({ name, keyName }, index) => ({
    ...shared,
    dataDir: nodeFolder(folder, name),
    consensusKeyFile: identities.key(keyName, "hotkey").path,
    port: 0,
    cometbft: {
      binary,
      p2pHost: LOOPBACK,
      p2pPort: ports[index] ?? 0,
      persistentPeers: peers.filter((_, other) => other !== index),
      allowPrivatePeers: true,
    },
  }));
}

/** Held together until all are known, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      server.once("error", reject);
      server.listen(0, LOOPBACK, resolve);
      await promise;
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function late(folder: StateFolder): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () =>
        reject(
          new GanglionError(
            "LOCAL_CHAIN_SLOW",
            `the nodes were not ready in ${READY_MS / 1_000} s: see their logs in ${folder.path("logs")}`,
          ),
        ),
      READY_MS,
    ).unref();
  });
}
