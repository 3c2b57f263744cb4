import { describe, expect, it } from "@jest/globals";
import { nodeFiles } from "../../src/core/nodeFiles.ts";
import { planCluster } from "../../src/core/planCluster.ts";

const PATHS = {
  pki: "/state/pki",
  folder: "/state/nodes/real-1",
  cniPlugins: "/opt/cni/bin",
  runc: "/sbin/runc",
};
const PLAN = planCluster("id", 2);

function filesOf(index: number): Readonly<Record<string, string>> {
  const node = PLAN.nodes[index];
  if (node === undefined) throw new Error("no such node");
  return nodeFiles(PLAN, node, PATHS);
}

function parse(name: string): unknown {
  return JSON.parse(filesOf(0)[name] ?? "");
}

describe("nodeFiles", () => {
  it("gives each kubelet a cgroup of its own, or they would end each other's pods", () => {
    expect(filesOf(0)["kubelet.yaml"]).toContain("/ganglion-id/real-1");
    expect(filesOf(1)["kubelet.yaml"]).toContain("/ganglion-id/real-2");
  });

  it("forbids a kubelet and a proxy to change the machine's settings", () => {
    expect(parse("kubelet.yaml")).toMatchObject({ protectKernelDefaults: true, oomScoreAdj: 0 });
    expect(parse("kube-proxy.yaml")).toMatchObject({ conntrack: { maxPerCore: 0, min: 0 }, oomScoreAdj: 0 });
  });

  it("runs on a machine with version 1 of cgroups and without systemd", () => {
    expect(parse("kubelet.yaml")).toMatchObject({ failCgroupV1: false, cgroupDriver: "cgroupfs" });
    expect(filesOf(0)["containerd.toml"]).toContain("SystemdCgroup = false");
  });

  it("asks pods' names at the cluster's DNS and shows them no name server of the machine", () => {
    expect(parse("kubelet.yaml")).toMatchObject({ clusterDNS: [PLAN.dnsService] });
    expect(filesOf(0)["resolv.conf"]).toBe("");
  });

  it("gives pods addresses out of the node's own range, unmasked", () => {
    expect(parse("cni/10-ganglion.conflist")).toMatchObject({
      plugins: [{ ipMasq: false, ipam: { ranges: [[{ subnet: "10.244.1.0/24" }]] } }, { type: "portmap" }],
    });
  });

  it("takes tools and folders from the machine as found", () => {
    const toml = filesOf(0)["containerd.toml"];
    expect(toml).toContain('bin_dirs = ["/opt/cni/bin"]');
    expect(toml).toContain('BinaryName = "/sbin/runc"');
  });
});
