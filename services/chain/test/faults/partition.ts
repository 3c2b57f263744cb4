import { spawnSync } from "node:child_process";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import { withNetwork } from "./faultNetwork.ts";
import { hostCommand } from "./hostCommand.ts";
import type { Finding, Scenario } from "./scenario.ts";

const NODES = 4;
const LAST = NODES - 1;
const CUT_MS = 15_000;
const RESUMED_MS = 20_000;
const PORT = 26_656;
const PREFIX = `gl${process.pid}`;
/** Two bridges with two nodes each, and the one link between them. */
const HUB = `${PREFIX}-hub`;
const BRIDGES = ["left", "right"] as const;
const TRUNK = "trunk0";

/** Four nodes in namespaces of their own, two of them cut from the other two, and joined again. */
export const partition: Scenario = {
  name: "partition",
  needsRoot: true,
  run: async () => {
    try {
      plugTogether();
      return await withNetwork({ plan: (specs) => specs.map(placed) }, async (network) => {
        await network.reachAll(3);
        setLink("down", TRUNK);
        // What was under way when the cut came may still be decided.
        await network.blocksWithin(3_000);
        const cut = await network.blocksWithin(CUT_MS);
        const halted = network.height;
        setLink("up", TRUNK);
        const resumedMs = await network.msUntil(halted + 1);
        await network.reachAll(halted + 3);
        setLink("down", portOf(LAST));
        await network.blocksWithin(3_000);
        const without = await network.blocksWithin(CUT_MS);
        setLink("up", portOf(LAST));
        await network.reachAll(network.height + 2);
        await network.stop();
        return findings({ cut, resumedMs, without }).concat(await network.verify());
      });
    } finally {
      unplug();
    }
  },
};

type Seen = { readonly cut: number; readonly resumedMs: number; readonly without: number };

function findings({ cut, resumedMs, without }: Seen): Finding[] {
  return [
    {
      check: "two from two: no half decides",
      holds: cut === 0,
      figure: `${cut} blocks in ${CUT_MS / 1_000} s`,
    },
    {
      check: "healed: next block within 20 s",
      holds: resumedMs <= RESUMED_MS,
      figure: `${(resumedMs / 1_000).toFixed(1)} s`,
    },
    {
      check: "one cut off: the others go on, and it catches up",
      holds: without > 0,
      figure: `${without} blocks in ${CUT_MS / 1_000} s`,
    },
  ];
}

function placed(spec: NodeSpec, node: number): NodeSpec {
  const peers = spec.peers.map((peer, i) => {
    const [id = ""] = peer.split("@");
    return `${id}@${addressOf(i < node ? i : i + 1)}:${PORT}`;
  });
  return { ...spec, p2pHost: addressOf(node), p2pPort: PORT, namespace: nameOf(node), peers };
}

function addressOf(node: number): string {
  return `10.77.0.${node + 1}`;
}

function nameOf(node: number): string {
  return `${PREFIX}-${node}`;
}

function portOf(node: number): string {
  return `port${node}`;
}

/** Bridges in a namespace of their own, so that nothing of the host changes. */
function plugTogether(): void {
  hostCommand("ip", "netns", "add", HUB);
  const inHub = ["ip", "-n", HUB, "link"] as const;
  for (const bridge of BRIDGES) {
    hostCommand(...inHub, "add", bridge, "type", "bridge");
    hostCommand(...inHub, "set", bridge, "up");
  }
  hostCommand(...inHub, "add", TRUNK, "type", "veth", "peer", "name", "trunk1");
  hostCommand(...inHub, "set", TRUNK, "master", BRIDGES[0], "up");
  hostCommand(...inHub, "set", "trunk1", "master", BRIDGES[1], "up");
  for (let node = 0; node < NODES; node++) {
    const name = nameOf(node);
    const port = portOf(node);
    hostCommand("ip", "netns", "add", name);
    hostCommand(...inHub, "add", port, "type", "veth", "peer", "name", "eth0", "netns", name);
    hostCommand(...inHub, "set", port, "master", BRIDGES[node < NODES / 2 ? 0 : 1], "up");
    hostCommand("ip", "-n", name, "address", "add", `${addressOf(node)}/24`, "dev", "eth0");
    hostCommand("ip", "-n", name, "link", "set", "lo", "up");
    hostCommand("ip", "-n", name, "link", "set", "eth0", "up");
  }
}

function setLink(state: "up" | "down", link: string): void {
  hostCommand("ip", "-n", HUB, "link", "set", link, state);
}

/** Namespaces take what is in them along. */
function unplug(): void {
  for (const name of [HUB, ...Array.from({ length: NODES }, (_, node) => nameOf(node))])
    spawnSync("ip", ["netns", "delete", name]);
}
