import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ObjectStore, type StoreChange } from "../../src/controllerkit/cache/objectStore.ts";
import { type Cube, cube } from "./cubes.ts";

const byColour = { colour: (object: Cube) => [object.metadata.labels?.["colour"] ?? "none"] };
const told = (changes: readonly StoreChange<Cube>[]) =>
  changes.map(({ kind, object }) => `${kind} ${object.metadata.name}@${object.metadata.resourceVersion}`);

describe("ObjectStore", () => {
  it("tells what a complete list changed, deletions included", () => {
    const store = new ObjectStore<Cube>();
    store.replace([cube("a", 1), cube("b", 2), cube("c", 3)]);
    expect(told(store.replace([cube("a", 1), cube("b", 5), cube("d", 6)]))).toEqual([
      "updated b@5",
      "added d@6",
      "deleted c@3",
    ]);
  });

  it("shows the old state until the last step of a list, and then the new one", () => {
    const store = new ObjectStore<Cube>(byColour);
    store.replace([cube("old", 1)]);
    const steps = store.replaceInSteps(Array.from({ length: 250 }, (_, i) => cube(`new-${i}`, i + 2)));
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next(), count++) expect(store.list()).toHaveLength(1);
    expect(count).toBe(3);
    expect(store.list()).toHaveLength(250);
    expect(step.value).toHaveLength(251);
  });

  it("takes a namesake with another UID for a new object", () => {
    const store = new ObjectStore<Cube>();
    store.upsert(cube("a", 1));
    expect(told(store.upsert(cube("a", 9, { uid: "other" })))).toEqual(["deleted a@1", "added a@9"]);
  });

  it("tells nothing about a version that it has", () => {
    const store = new ObjectStore<Cube>();
    store.upsert(cube("a", 1));
    expect(store.upsert(cube("a", 1))).toEqual([]);
    expect(store.remove(cube("b", 1))).toEqual([]);
  });

  it("refuses an index that was never named", () => {
    expect(() => new ObjectStore<Cube>(byColour).byIndex("size", "1")).toThrow(RangeError);
  });

  it("keeps objects and indexes equal to a plain model, and its changes rebuild it", () => {
    const object = fc
      .record({
        name: fc.constantFrom("a", "b", "c"),
        uid: fc.nat(1),
        colour: fc.constantFrom("red", "blue"),
      })
      .map(({ name, uid, colour }) => ({ name, uid: `${name}${uid}`, labels: { colour } }));
    const step = fc.oneof(
      fc.record({ kind: fc.constant("upsert" as const), object }),
      fc.record({ kind: fc.constant("remove" as const), object }),
      fc.record({
        kind: fc.constant("replace" as const),
        objects: fc.uniqueArray(object, { selector: ({ name }) => name }),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const store = new ObjectStore<Cube>(byColour);
        const model = new Map<string, Cube>();
        const rebuilt = new Map<string, string>();
        let version = 0;
        const make = ({ name, ...rest }: { name: string; uid: string; labels: { colour: string } }) =>
          cube(name, ++version, rest);
        for (const each of steps) {
          let changes: readonly StoreChange<Cube>[];
          if (each.kind === "replace") {
            const objects = each.objects.map(make);
            model.clear();
            for (const one of objects) model.set(one.metadata.name, one);
            changes = store.replace(objects);
          } else {
            const one = make(each.object);
            if (each.kind === "upsert") model.set(one.metadata.name, one);
            else model.delete(one.metadata.name);
            changes = each.kind === "upsert" ? store.upsert(one) : store.remove(one);
          }
          for (const { kind, object: one } of changes)
            if (kind === "deleted") rebuilt.delete(one.metadata.name);
            else rebuilt.set(one.metadata.name, one.metadata.uid);
        }
        const names = (objects: Iterable<Cube>) => [...objects].map(({ metadata }) => metadata.name).sort();
        expect(names(store.list())).toEqual(names(model.values()));
        for (const colour of ["red", "blue"]) {
          const wanted = [...model.values()].filter(({ metadata }) => metadata.labels?.["colour"] === colour);
          expect(names(store.byIndex("colour", colour))).toEqual(names(wanted));
        }
        const uids = [...model].map(([name, { metadata }]) => [name, metadata.uid]);
        expect(Object.fromEntries(rebuilt)).toEqual(Object.fromEntries(uids));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
