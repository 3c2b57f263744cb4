import { join } from "node:path";

/** What of a node's configuration an operator chooses. */
export type NodeSettings = {
  /** Where peers connect. Port 0: any free one, for a node that nobody dials. */
  readonly p2pHost: string;
  readonly p2pPort: number;
  /** "host:port" that peers are told, where it is not the address above. */
  readonly externalAddress?: string | undefined;
  /** "ID@host:port" of nodes to stay connected to. */
  readonly persistentPeers: readonly string[];
  /** Several nodes on one address, and addresses that are not public: for local networks. */
  readonly allowPrivatePeers: boolean;
  /** "host:port" where other nodes' light clients may ask for headers. */
  readonly rpcAddress?: string | undefined;
  /** How an empty node takes a snapshot from its peers; one with blocks ignores it. */
  readonly stateSync?: StateSync | undefined;
};

type StateSync = {
  /** "host:port" of two nodes' `rpcAddress` at least: one checks the other. */
  readonly servers: readonly string[];
  /** A block younger than the ledger's trust period that the operator knows to be the network's, by its hash in hexadecimal. */
  readonly trustHeight: number;
  readonly trustHash: string;
};

/** The least that CometBFT takes: how long it collects offers before it chooses. */
const DISCOVERY = "5s";

export type NodeLimits = {
  readonly blockIntervalMs: number;
  readonly maxTransactions: number;
  readonly maxBytes: number;
  readonly maxTxBytes: number;
};

/** Sockets of a node's folder, for this user alone. */
export function nodeSockets(home: string): { readonly app: string; readonly rpc: string } {
  return { app: join(home, "app.sock"), rpc: join(home, "rpc.sock") };
}

/**
 * The node's `config.toml`: only what differs from CometBFT's own defaults. Strings are JSON, which TOML reads.
 * @param trustPeriodMs of the ledger
 */
export function encodeNodeConfig(
  home: string,
  settings: NodeSettings,
  limits: NodeLimits,
  trustPeriodMs: number,
): string {
  const { app, rpc } = nodeSockets(home);
  const { p2pHost, p2pPort, externalAddress, persistentPeers, allowPrivatePeers } = settings;
  const { rpcAddress, stateSync } = settings;
  const listen = [`unix://${rpc}`, ...(rpcAddress === undefined ? [] : [`tcp://${rpcAddress}`])];
  // The application's mempool refuses first, so that both hold the same.
  const nodeTransactions = limits.maxTransactions * 2;
  const sections = {
    "": { proxy_app: `unix://${app}`, abci: "socket", log_level: "error", log_format: "json" },
    rpc: { laddr: listen.join(","), pprof_laddr: "" },
    p2p: {
      laddr: `tcp://${p2pHost}:${p2pPort}`,
      external_address: externalAddress ?? "",
      persistent_peers: persistentPeers.join(","),
      persistent_peers_max_dial_period: "5s",
      addr_book_strict: !allowPrivatePeers,
      allow_duplicate_ip: allowPrivatePeers,
    },
    mempool: {
      size: nodeTransactions,
      cache_size: nodeTransactions * 2,
      max_txs_bytes: limits.maxBytes * 2,
      max_tx_bytes: limits.maxTxBytes,
    },
    consensus: { timeout_commit: `${limits.blockIntervalMs}ms` },
    ...(stateSync && { statesync: encodeStateSync(stateSync, trustPeriodMs) }),
    storage: { discard_abci_responses: true },
    tx_index: { indexer: "null" },
  };
  return Object.entries(sections).map(section).join("\n");
}

function encodeStateSync({ servers, trustHeight, trustHash }: StateSync, trustPeriodMs: number) {
  return {
    enable: true,
    rpc_servers: servers.join(","),
    trust_height: trustHeight,
    trust_hash: trustHash,
    trust_period: `${trustPeriodMs}ms`,
    discovery_time: DISCOVERY,
  };
}

function section([name, values]: readonly [string, object]): string {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
  return `${name && `[${name}]\n`}${lines.join("")}`;
}
