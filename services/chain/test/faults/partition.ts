import { spawnSync } from "node:child_process";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import { withNetwork } from "./faultNetwork.ts";
import { hostCommand } from "./hostCommand.ts";
import type { Finding, Scenario } from "./scenario.ts";

const NODES = 4;
const CUT_MS = 15_000;
const RESUMED_MS = 20_000;
const PORT = 26_656;
const PREFIX = `gl${process.pid}`;
const HUB = `${PREFIX}-hub`;

/** Four nodes in namespaces of their own, two of them cut from the other two, and joined again. */
export const partition: Scenario = {
  name: "partition",
  needsRoot: true,
  run: async () => {
    try {
      plugTogether();
      return await withNetwork({ plan: (specs) => specs.map(placed) }, async (network) => {
        await network.reachAll(3);
        setLinks("down", [2, 3]);
        // What was under way when the cut came may still be decided.
        await network.blocksWithin(3_000);
        const cut = await network.blocksWithin(CUT_MS);
        const halted = network.height;
        setLinks("up", [2, 3]);
        const resumedMs = await network.msUntil(halted + 1);
        await network.reachAll(halted + 3);
        setLinks("down", [3]);
        await network.blocksWithin(3_000);
        const without = await network.blocksWithin(CUT_MS);
        setLinks("up", [3]);
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

/** A bridge in a namespace of its own, so that nothing of the host changes. */
function plugTogether(): void {
  hostCommand("ip", "netns", "add", HUB);
  hostCommand("ip", "-n", HUB, "link", "add", "hub", "type", "bridge");
  hostCommand("ip", "-n", HUB, "link", "set", "hub", "up");
  for (let node = 0; node < NODES; node++) {
    const name = nameOf(node);
    hostCommand("ip", "netns", "add", name);
    hostCommand(
      "ip",
      "-n",
      HUB,
      "link",
      "add",
      `port${node}`,
      "type",
      "veth",
      "peer",
      "name",
      "eth0",
      "netns",
      name,
    );
    hostCommand("ip", "-n", HUB, "link", "set", `port${node}`, "master", "hub", "up");
    hostCommand("ip", "-n", name, "address", "add", `${addressOf(node)}/24`, "dev", "eth0");
    hostCommand("ip", "-n", name, "link", "set", "lo", "up");
    hostCommand("ip", "-n", name, "link", "set", "eth0", "up");
  }
}

/** The nodes whose links are down cannot reach anybody, each other neither. */
function setLinks(state: "up" | "down", nodes: readonly number[]): void {
  for (const node of nodes) hostCommand("ip", "-n", HUB, "link", "set", `port${node}`, state);
}

/** Namespaces take what is in them along. */
function unplug(): void {
  for (const name of [HUB, ...Array.from({ length: NODES }, (_, node) => nameOf(node))])
    spawnSync("ip", ["netns", "delete", name]);
}
