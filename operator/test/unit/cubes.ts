import { defineResource, type KubeObject } from "../../src/controllerkit/index.ts";

/** A kind for tests. */
export type Cube = KubeObject & { readonly spec?: { readonly edge: number } };

export const cubeType = defineResource<Cube>({
  group: "test.example.com",
  version: "v1",
  plural: "cubes",
  kind: "Cube",
  namespaced: true,
});

/** As the server would send it. */
export function cube(name: string, version: number, changes: Partial<Cube["metadata"]> = {}): Cube {
  return cubeType.decode({
    metadata: { namespace: "ns", name, uid: `uid-${name}`, resourceVersion: String(version), ...changes },
  });
}
