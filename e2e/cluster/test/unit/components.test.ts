import { describe, expect, it } from "@jest/globals";
import { buildArguments, COMPONENTS, KUBERNETES_VERSION, PROGRAMS } from "../../src/core/components.ts";

const kubernetes = COMPONENTS.find(({ name }) => name === "kubernetes");

describe("buildArguments", () => {
  it("says Kubernetes' version to both packages that report it", () => {
    const [program] = kubernetes?.programs ?? [];
    if (kubernetes === undefined || program === undefined) throw new Error("no Kubernetes");
    const text = buildArguments(kubernetes, program, "/out").join(" ");
    for (const name of ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"])
      expect(text).toContain(`-X ${name}.gitVersion=${KUBERNETES_VERSION}`);
    expect(text).toContain("gitMinor=35");
  });

  it("leaves paths out, so that the result is the same everywhere", () => {
    for (const component of COMPONENTS)
      for (const program of component.programs)
        expect(buildArguments(component, program, "/out")).toContain("-trimpath");
  });
});

describe("COMPONENTS", () => {
  it("name each program once", () => {
    expect(new Set(PROGRAMS).size).toBe(PROGRAMS.length);
  });
});
