import { describe, expect, it } from "@jest/globals";
import {
  type ControlPlanePlan,
  controlPlaneArguments,
  etcdUrl,
  USUAL_PORTS,
} from "../../src/core/controlPlaneArguments.ts";

const PLAN: ControlPlanePlan = {
  address: "10.250.0.1",
  ports: USUAL_PORTS,
  pki: "/state/pki",
  etcdData: "/state/etcd",
  serviceCidr: "10.96.0.0/16",
  hasControllerManager: true,
};
const LOOPBACK = { ...PLAN, address: "127.0.0.1" };

describe("controlPlaneArguments", () => {
  it("names etcd's own address to the apiserver", () => {
    expect(controlPlaneArguments("kube-apiserver", PLAN)).toContain(`--etcd-servers=${etcdUrl(PLAN)}`);
  });

  it("publishes no endpoint for an apiserver on a loopback address, which may not have one", () => {
    expect(controlPlaneArguments("kube-apiserver", LOOPBACK)).toContain("--endpoint-reconciler-type=none");
    expect(controlPlaneArguments("kube-apiserver", PLAN)).not.toContain("--endpoint-reconciler-type=none");
  });

  it("asks pods for a service account only where somebody makes them", () => {
    const off = "--disable-admission-plugins=ServiceAccount";
    expect(controlPlaneArguments("kube-apiserver", { ...PLAN, hasControllerManager: false })).toContain(off);
    expect(controlPlaneArguments("kube-apiserver", PLAN)).not.toContain(off);
  });

  it("gives fake nodes leases, without which they turn NotReady", () => {
    expect(controlPlaneArguments("kwok", PLAN)).toContain("--node-lease-duration-seconds=40");
  });

  it.each(["etcd", "kube-controller-manager", "kube-scheduler", "kwok"] as const)(
    "keeps %s on 127.0.0.1",
    (name) => {
      const listening = controlPlaneArguments(name, PLAN).filter((each) =>
        /^--(bind-address|server-address|listen)/.test(each),
      );
      expect(listening.length).toBeGreaterThan(0);
      for (const each of listening) expect(each).toContain("127.0.0.1");
    },
  );
});
