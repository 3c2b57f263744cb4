import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import {
  NodeChild,
  planNetworkOf,
  type RecordedBlock,
  readBlocks,
  readTransactions,
  replayRoots,
} from "../gen/cometbftRun.ts";
import type { Finding } from "./scenario.ts";

const STEP_MS = 120_000;
const POLL_MS = 50;
const NODES = 4;

export type FaultNetworkOptions = {
  readonly blockIntervalMs?: number;
  readonly accounts?: number;
  /** Changes the plan of a node. */
  readonly plan?: (specs: readonly NodeSpec[]) => readonly NodeSpec[];
  /** After the nodes have ended, before their folders go. */
  readonly onEnd?: () => void;
};

/** Four nodes under transfers, each in a process of its own, and what each told before it ended. */
export class FaultNetwork {
  readonly specs: NodeSpec[];
  readonly #children: NodeChild[];
  #furthest = 0;
  readonly #told: { readonly node: number; readonly roots: ReadonlyMap<number, string> }[] = [];

  private constructor(specs: readonly NodeSpec[]) {
    this.specs = [...specs];
    this.#children = specs.map((spec) => new NodeChild(spec));
  }

  static async start({
    blockIntervalMs = 200,
    accounts = 64,
    plan,
  }: FaultNetworkOptions = {}): Promise<FaultNetwork> {
    const plain = (await planNetworkOf(NODES, blockIntervalMs)).map((spec) => ({ ...spec, accounts }));
    return new FaultNetwork(plan?.(plain) ?? plain);
  }

  child(node: number): NodeChild {
    const child = this.#children[node];
    if (child === undefined) throw new RangeError(`there is no node ${node}`);
    return child;
  }

  /** The furthest that any node ever told: one that begins again tells nothing for a while. */
  get height(): number {
    this.#furthest = Math.max(this.#furthest, ...this.#children.map(({ height }) => height));
    return this.#furthest;
  }

  async reachAll(height: number, withinMs = STEP_MS): Promise<void> {
    await Promise.all(this.#children.map((child) => child.reach(height, withinMs)));
  }

  /** Blocks that the nodes make in this time. */
  async blocksWithin(ms: number): Promise<number> {
    const before = this.height;
    await setTimeout(ms);
    return this.height - before;
  }

  /** How long until a node is beyond a height. */
  async msUntil(height: number, withinMs = STEP_MS): Promise<number> {
    const startedAt = performance.now();
    while (this.height < height) {
      if (performance.now() - startedAt > withinMs) throw new Error(`at ${this.height}, never at ${height}`);
      await setTimeout(POLL_MS);
    }
    return performance.now() - startedAt;
  }

  /** The node's program by SIGKILL; its CometBFT is left to itself. */
  async kill(node: number): Promise<void> {
    const child = this.child(node);
    await child.kill();
    this.#furthest = Math.max(this.#furthest, child.height);
    this.#told.push({ node, roots: child.told });
  }

  start(node: number): NodeChild {
    const spec = this.specs[node];
    if (spec === undefined) throw new RangeError(`there is no node ${node}`);
    const child = new NodeChild(spec);
    this.#children[node] = child;
    return child;
  }

  /** One more, as the last. */
  add(spec: NodeSpec): void {
    this.specs.push(spec);
    this.#children.push(new NodeChild(spec));
  }

  /** Ends the nodes in order. What they store can be read after it. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
    this.#children.forEach((child, node) => {
      this.#told.push({ node, roots: child.told });
    });
  }

  /** Ends what runs, without order. */
  async abandon(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()));
  }

  blocksOf(node: number): Promise<RecordedBlock[]> {
    return readBlocks(this.specs[node] ?? missing(node));
  }

  /** Whether all nodes have the same blocks, with all that any node ever told, and executing them again gives the same. */
  async verify(): Promise<readonly Finding[]> {
    const blocks = await Promise.all(this.specs.map(readBlocks));
    const shortest = blocks.reduce((least, own) => (own.length < least.length ? own : least));
    const other = blocks.findIndex((own) => shortest.some((block, i) => !isSame(block, own[i])));
    const longest = blocks.reduce((most, own) => (own.length > most.length ? own : most));
    const lost = this.#told.flatMap(({ node, roots }) =>
      [...roots]
        .filter(([height, root]) => height > 0 && longest[height - 1]?.root !== root)
        .map(([height]) => ({ node, height })),
    );
    const [spec = missing(0)] = this.specs;
    const codes = blocks[0]?.flatMap((block) => block.codes) ?? [];
    const all = await readTransactions(spec);
    // One that a block refused may come again, and then succeed.
    const hashes = all.filter((_, i) => codes[i] === "OK");
    const replayed = await replayRoots(spec);
    const differs = replayed.findIndex((root, i) => blocks[0]?.[i]?.root !== root);
    return [
      {
        check: "same blocks on all nodes",
        holds: other < 0 && shortest.length > 0,
        figure:
          other < 0 ? `${shortest.length} blocks, ${all.length} transactions` : `node ${other} has others`,
      },
      {
        check: "no committed block lost",
        holds: lost.length === 0,
        figure: lost.length === 0 ? "0" : `height ${lost[0]?.height} of node ${lost[0]?.node}`,
      },
      {
        check: "no transaction takes effect twice",
        holds: new Set(hashes).size === hashes.length && hashes.length > 0,
        figure: `${hashes.length - new Set(hashes).size}`,
      },
      {
        check: "replay gives the same roots",
        holds: differs < 0,
        figure: differs < 0 ? `${replayed.length} roots` : `not at height ${differs + 1}`,
      },
    ];
  }

  remove(): void {
    const [spec] = this.specs;
    if (spec !== undefined) rmSync(dirname(spec.folder), { recursive: true, force: true });
  }
}

function isSame(a: RecordedBlock, b: RecordedBlock | undefined): boolean {
  return b !== undefined && a.root === b.root && a.hash === b.hash && a.codes.join() === b.codes.join();
}

function missing(node: number): never {
  throw new RangeError(`there is no node ${node}`);
}

/** Runs a scenario over a network that is gone afterwards, whatever happens. */
export async function withNetwork<Result>(
  options: FaultNetworkOptions,
  run: (network: FaultNetwork) => Promise<Result>,
): Promise<Result> {
  const network = await FaultNetwork.start(options);
  try {
    return await run(network);
  } finally {
    await network.abandon();
    options.onEnd?.();
    network.remove();
  }
}
