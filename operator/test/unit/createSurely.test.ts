import { describe, expect, it } from "@jest/globals";
import { kubeError } from "../../src/controllerkit/api/kubeError.ts";
import { createSurely, type KubeCode, systemClock } from "../../src/controllerkit/index.ts";
import { type Cube, cube } from "./cubes.ts";

const MANIFEST = {
  apiVersion: "test.example.com/v1",
  kind: "Cube",
  metadata: { namespace: "ns", name: "a" },
};

/** A server that answers by these codes, then takes it; "OK" takes it. */
function serverOf(...answers: readonly (KubeCode | "OK")[]) {
  const names: string[] = [];
  const create = async ({ metadata }: { metadata: { name: string } }): Promise<Cube> => {
    const answer = answers[names.push(metadata.name) - 1] ?? "OK";
    if (answer !== "OK") throw kubeError(answer, "scripted");
    return cube(metadata.name, 1);
  };
  return { client: { create }, names };
}

const call = (signal = new AbortController().signal) => ({ clock: systemClock, signal });

describe("a creation whose answer may be lost", () => {
  it("is asked again under the same name until its fate is known", async () => {
    const { client, names } = serverOf("KUBE_UNREACHABLE", "KUBE_TIMEOUT", "KUBE_ALREADY_EXISTS");
    await createSurely(client, MANIFEST, call());
    expect(names).toEqual(["a", "a", "a"]);
  });

  it("is made when the lost one never arrived", async () => {
    const { client, names } = serverOf("KUBE_UNREACHABLE", "OK");
    await createSurely(client, MANIFEST, call());
    expect(names).toHaveLength(2);
  });

  it.each(["KUBE_ALREADY_EXISTS", "KUBE_FORBIDDEN", "KUBE_INVALID"] as const)(
    "fails by %s, which is no doubt",
    async (code) => {
      const { client, names } = serverOf(code);
      await expect(createSurely(client, MANIFEST, call())).rejects.toMatchObject({ code });
      expect(names).toHaveLength(1);
    },
  );

  it("ends with the caller", async () => {
    const { client } = serverOf("KUBE_UNREACHABLE");
    await expect(createSurely(client, MANIFEST, call(AbortSignal.abort()))).rejects.toMatchObject({
      code: "KUBE_UNREACHABLE",
    });
  });
});
