import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { genesisHash } from "@ganglion/ledger";
import { bytesToHex, transactionHash } from "@ganglion/types";
import { ensureNodeKey, nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { genesisOf, type NodeSpec } from "./cometbftNode.ts";
import { newFolder } from "./runChain.ts";
import { openSoloReplay } from "./soloReplay.ts";

const CHILD = new URL("../integration/cometbftChild.ts", import.meta.url).pathname;

/** A node in a process of its own. */
export class NodeChild {
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Roots that it told, by height. */
  readonly told = new Map<number, string>();
  readonly #process: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #height = -1;
  #sent = 0;
  #powerfulKeys = 0;
  #ended = false;
  #errors = "";

  /** @param until height at which it ends by itself once all its faults have struck; 0: when it is told */
  constructor(spec: NodeSpec, until = 0) {
    const words = [process.execPath, CHILD, JSON.stringify(spec), String(until)];
    const [program = "", ...args] =
      spec.namespace === undefined ? words : ["ip", "netns", "exec", spec.namespace, ...words];
    const env = { ...process.env, ...spec.environment };
    this.#process = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env });
    this.#process.stderr?.on("data", (chunk) => {
      this.#errors += String(chunk);
    });
    if (this.#process.stdout)
      createInterface({ input: this.#process.stdout }).on("line", (line) => {
        const [height = "", root = "", sent = "0", keys = "0"] = line.split(" ");
        this.#height = Number(height);
        this.#sent = Number(sent);
        this.#powerfulKeys = Number(keys);
        this.told.set(this.#height, root);
        this.#wake();
      });
    this.exited = new Promise((resolve) => {
      this.#process.once("close", (code, signal) => {
        this.#ended = true;
        this.#wake();
        resolve({ code, signal });
      });
    });
  }

  /** Of its last committed block. */
  get height(): number {
    return this.#height;
  }

  /** Transactions of all kinds that were taken from it. */
  get sent(): number {
    return this.#sent;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get errors(): string {
    return this.#errors;
  }

  async reach(height: number, withinMs: number): Promise<void> {
    await this.#until(() => this.#height >= height, `height ${height}`, withinMs);
  }

  /** Until its ledger gives power to so many keys. */
  async reachKeys(count: number, withinMs: number): Promise<void> {
    await this.#until(() => this.#powerfulKeys === count, `${count} keys with power`, withinMs);
  }

  async stop(): Promise<void> {
    this.#process.stdin?.end();
    await this.exited;
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.exited;
  }

  async #until(holds: () => boolean, what: string, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!holds()) {
      const leftMs = deadline - performance.now();
      if (this.#ended || leftMs <= 0)
        throw new Error(`at ${this.#height}, never at ${what}; ended: ${this.#ended}; ${this.#errors}`);
      await this.#changed(leftMs);
    }
  }

  #changed(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** Specs of a network on loopback whose nodes know each other. */
export async function planNetworkOf(validators: number, blockIntervalMs: number): Promise<NodeSpec[]> {
  const root = newFolder();
  const ports = await freePorts(validators);
  const folders = ports.map((_, i) => join(root, String(i)));
  for (const folder of folders) mkdirSync(folder);
  const addresses = folders.map((folder, i) => `${ensureNodeKey(nodeHome(folder))}@127.0.0.1:${ports[i]}`);
  return folders.map((folder, index) => ({
    folder,
    validators,
    index,
    p2pPort: ports[index] ?? 0,
    peers: addresses.filter((_, other) => other !== index),
    blockIntervalMs,
    faults: [],
  }));
}

export type RecordedBlock = {
  readonly root: string;
  readonly hash: string;
  readonly codes: readonly string[];
  /** Its consensus key as hex. */
  readonly proposer: string;
};

/** What a node's store holds, by height from 1. */
export async function readBlocks({ folder, validators, ledger }: NodeSpec): Promise<RecordedBlock[]> {
  const database = openDatabase(folder);
  const store = new ChainStore(database);
  const height = store.head(genesisHash(genesisOf(validators, ledger)))?.height ?? 0;
  const blocks = Array.from({ length: height }, (_, i) => {
    const block = store.block(i + 1);
    return {
      root: bytesToHex(block?.stateRoot ?? new Uint8Array(0)),
      hash: bytesToHex(block?.hash ?? new Uint8Array(0)),
      codes: (block?.receipts ?? []).map(({ code }) => code),
      proposer: bytesToHex(block?.proposer ?? new Uint8Array(0)),
    };
  });
  await database.close();
  return blocks;
}

/** Executes a node's recorded block inputs from genesis in this process, without any engine: roots from height 1. */
export async function replayRoots(node: NodeSpec): Promise<string[]> {
  const { recorded: store, application, close } = openSoloReplay(node);
  const height = store.head(genesisHash(genesisOf(node.validators, node.ledger)))?.height ?? 0;
  const roots: string[] = [];
  for (let at = 1; at <= height; at++) {
    const block = store.decidedBlock(at);
    if (block === undefined) throw new Error(`block ${at} is missing`);
    roots.push(bytesToHex(application.finalizeBlock(block).appHash));
    application.commit();
  }
  await close();
  return roots;
}

/** Hashes of all transactions in a node's blocks. */
export async function readTransactions({ folder }: NodeSpec): Promise<string[]> {
  const database = openDatabase(folder);
  const store = new ChainStore(database);
  const hashes: string[] = [];
  for (let at = 1; ; at++) {
    const block = store.decidedBlock(at);
    if (block === undefined) break;
    hashes.push(...block.transactions.map((bytes) => bytesToHex(transactionHash(bytes))));
  }
  await database.close();
  return hashes;
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
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
