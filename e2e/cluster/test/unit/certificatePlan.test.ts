import { describe, expect, it } from "@jest/globals";
import {
  AUTHORITIES,
  buildOpensslConfig,
  planControlPlaneCertificates,
  planNodeCertificate,
  subjectOf,
} from "../../src/core/certificatePlan.ts";

const PLANS = planControlPlaneCertificates({ addresses: ["127.0.0.1", "10.96.0.1"] });
const find = (name: string) => PLANS.find((plan) => plan.name === name);

describe("planControlPlaneCertificates", () => {
  it("lets the apiserver be reached under each address and its Service's names", () => {
    expect(find("apiserver")?.alternativeNames).toEqual(
      expect.arrayContaining(["IP:127.0.0.1", "IP:10.96.0.1", "DNS:kubernetes.default.svc"]),
    );
  });

  it("signs the front proxy by an authority of its own", () => {
    expect(find("front-proxy-client")?.authority).toBe("front-proxy-ca");
    expect(PLANS.filter(({ authority }) => authority !== "ca")).toHaveLength(1);
  });

  it("makes administrators of those that must be, and of no other program", () => {
    const masters = PLANS.filter(({ organisation }) => organisation === "system:masters").map(
      ({ name }) => name,
    );
    expect(masters).toEqual(["apiserver-kubelet-client", "admin", "kwok"]);
  });
});

describe("planNodeCertificate", () => {
  it("has the name and group by which the apiserver knows a node", () => {
    const plan = planNodeCertificate({ name: "real-1", address: "10.250.0.11" });
    expect(subjectOf(plan)).toBe("/O=system:nodes/CN=system:node:real-1");
    expect(plan.uses).toEqual(["serverAuth", "clientAuth"]);
  });
});

describe("buildOpensslConfig", () => {
  it("has one section for each authority and certificate", () => {
    const config = buildOpensslConfig(PLANS);
    for (const name of [...AUTHORITIES, ...PLANS.map((plan) => plan.name)])
      expect(config.split(`\n[${name}]\n`)).toHaveLength(2);
  });

  it("lets only authorities sign", () => {
    expect(buildOpensslConfig(PLANS).match(/CA:TRUE/g)).toHaveLength(AUTHORITIES.length);
  });
});
