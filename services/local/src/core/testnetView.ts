import { renderTable } from "@ganglion/runtime/terminal";

/** What one node says of itself; without an answer only its program's state is known. */
export type NodeView = {
  readonly name: string;
  /** Of its program, as the supervisor sees it, or what its engine does. */
  readonly state: string;
  readonly height: number;
  /** Mean time between the last blocks, by the blocks' own times. */
  readonly blockMs: number | undefined;
  readonly peers: number;
  readonly waiting: number;
  /** State root of the last block, hexadecimal. */
  readonly root: string;
};

export type TestnetSnapshot = {
  readonly chainId: string;
  readonly uptimeMs: number;
  readonly nodes: readonly NodeView[];
};

const ROOT_CHARS = 16;

/** The live table as plain text, at most `width` columns wide. */
export function renderTestnet({ chainId, uptimeMs, nodes }: TestnetSnapshot, width: number): string {
  const rows = nodes.map(({ name, state, height, blockMs, peers, waiting, root }) => [
    name,
    String(height),
    blockMs === undefined ? "-" : `${(blockMs / 1_000).toFixed(2)} s`,
    String(peers),
    String(waiting),
    root.slice(0, ROOT_CHARS),
    state,
  ]);
  const heading = ["node", "height", "block time", "peers", "mempool", "root", "state"];
  const head = `${chainId}  ${nodes.length} nodes  up ${Math.floor(uptimeMs / 1_000)} s`;
  return [head, "", ...renderTable([heading, ...rows]).split("\n")]
    .map((line) => line.slice(0, width))
    .join("\n");
}

/** What changed between two looks, as lines for people and programs. */
export function testnetChanges(
  before: TestnetSnapshot | undefined,
  after: TestnetSnapshot,
): readonly TestnetEvent[] {
  const known = new Map(before?.nodes.map(({ name, state }) => [name, state]));
  const changed = after.nodes.filter(({ name, state }) => known.get(name) !== state);
  const events: TestnetEvent[] = changed.map(({ name, state }) => ({ event: "node", name, state }));
  const height = lowestHeight(after);
  if (before !== undefined && height > lowestHeight(before)) events.push({ event: "height", height });
  return events;
}

export type TestnetEvent = { readonly event: string } & Readonly<Record<string, string | number | boolean>>;

/** A height that all nodes have reached. */
export function lowestHeight({ nodes }: TestnetSnapshot): number {
  return Math.min(...nodes.map(({ height }) => height));
}
