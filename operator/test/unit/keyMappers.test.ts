import { describe, expect, it } from "@jest/globals";
import { type InformerChange, ownerKeys, specChanged } from "../../src/controllerkit/index.ts";
import { type Cube, cube, cubeType } from "./cubes.ts";

const { apiVersion, kind } = cubeType;
const parent = { apiVersion, kind, name: "a", uid: "uid-a", controller: true };
const owned = (owner: object): Cube => ({
  ...cube("child", 1),
  metadata: {
    ...cube("child", 1).metadata,
    ownerReferences: [{ ...parent, ...owner }],
  },
});

describe("ownerKeys", () => {
  it("gives the key of who answers for the object, in the object's namespace", () => {
    expect(ownerKeys(cubeType)(owned({}))).toEqual(["ns/a"]);
  });

  it("gives none for an owner of another kind or group, nor for one that does not answer for it", () => {
    const keys = ownerKeys(cubeType);
    expect(keys(owned({ kind: "Ball" }))).toEqual([]);
    expect(keys(owned({ apiVersion: "other.dev/v1" }))).toEqual([]);
    expect(keys(owned({ controller: false }))).toEqual([]);
    expect(keys(cube("alone", 1))).toEqual([]);
  });
});

describe("specChanged", () => {
  const change = (previous: object, next: object): InformerChange<Cube> => {
    const of = (meta: object): Cube => ({ ...cube("a", 1), metadata: { ...cube("a", 1).metadata, ...meta } });
    return { kind: "updated", key: "ns/a", object: of(next), previous: of(previous), initial: false };
  };

  it("lets changes of spec and deletions through, and not those of status", () => {
    expect(specChanged(change({ generation: 1 }, { generation: 2 }))).toBe(true);
    expect(specChanged(change({}, { deletionTimestamp: "2026-01-01T00:00:00Z" }))).toBe(true);
    expect(specChanged(change({ generation: 1 }, { generation: 1, resourceVersion: "2" }))).toBe(false);
    expect(specChanged({ kind: "added", key: "ns/a", object: cube("a", 1), initial: true })).toBe(true);
  });
});
