import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  bridgeCommands,
  cableCommands,
  type NodePlan,
  nodeCommands,
  planCluster,
} from "../../src/core/planCluster.ts";

const LONGEST_LINK_NAME = 15;

function nodeOf(count: number, index: number): NodePlan {
  const node = planCluster("id", count).nodes[index];
  if (node === undefined) throw new Error("no such node");
  return node;
}

describe("planCluster", () => {
  it("gives every node names and addresses of its own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), (count) => {
        const { nodes, address } = planCluster("id", count);
        for (const field of ["name", "address", "podCidr", "link", "cgroup"] as const)
          expect(new Set(nodes.map((node) => node[field])).size).toBe(count);
        expect(nodes.map((node) => node.address)).not.toContain(address);
      }),
      { seed: 20_261_122 },
    );
  });

  it("keeps link names within what the kernel takes", () => {
    for (const { link } of planCluster("id", 32).nodes)
      expect(link.length).toBeLessThanOrEqual(LONGEST_LINK_NAME);
  });

  it("tells cgroups of two clusters apart", () => {
    expect(planCluster("a", 1).nodes[0]?.cgroup).not.toBe(planCluster("b", 1).nodes[0]?.cgroup);
  });

  it.each([0, 33, 1.5, Number.NaN])("refuses %p nodes", (count) => {
    expect(() => planCluster("id", count)).toThrow("1 to 32 real nodes");
  });
});

describe("ip commands", () => {
  it("route each node's pods over that node, from the cluster's network and from every other node", () => {
    const plan = planCluster("id", 3);
    expect(bridgeCommands(plan)).toContain("route add 10.244.2.0/24 via 10.250.0.12 dev cluster0");
    const commands = nodeCommands(plan, nodeOf(3, 0));
    expect(commands).toContain("route add 10.244.2.0/24 via 10.250.0.12 dev eth0");
    expect(commands.some((line) => line.includes("10.244.1.0/24"))).toBe(false);
  });

  it("let packets to Services set out from the cluster's network", () => {
    expect(bridgeCommands(planCluster("id", 1))).toContain("route add 10.96.0.0/16 dev cluster0");
  });

  it("plug a cable's end into the namespaces of a process", () => {
    expect(cableCommands(planCluster("id", 1), nodeOf(1, 0), 42)).toEqual([
      "link add cable1 type veth peer name eth0 netns 42",
      "link set cable1 master cluster0 up",
    ]);
  });
});
