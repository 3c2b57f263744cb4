import type { Action } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { listRecords } from "../../../src/index.ts";
import { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;

const publish = (name: string, uri: string, fill = 1): Action => ({
  kind: "publishRecord",
  recordKind: "dataset",
  name,
  digest: new Uint8Array(32).fill(fill),
  uri,
});

describe("publishRecord", () => {
  it("RECORD-1: keeps one record for each owner, kind and name, which its owner changes and withdraws", () => {
    const sim = new Sim();
    for (const name of ["ann", "ben"]) sim.fund(name, GLN);
    expect(sim.include("ann", publish("news", "https://a/1"))).toBe("OK");
    expect(sim.include("ben", publish("news", "https://b/1"))).toBe("OK");
    expect(sim.include("ann", publish("news", "https://a/2", 2))).toBe("OK");
    expect(sim.include("ann", { ...publish("news", ""), recordKind: "modelCard" } as Action)).toBe("OK");
    const { address: owner } = testKey("ann");
    expect(listRecords(sim.state, { owner })).toEqual([
      {
        kind: "dataset",
        owner,
        name: "news",
        digest: new Uint8Array(32).fill(2),
        uri: "https://a/2",
        updatedAt: 3,
      },
      expect.objectContaining({ kind: "modelCard", uri: "" }),
    ]);
    expect(listRecords(sim.state, { kind: "dataset" })).toHaveLength(2);
  });

  it("RECORD-1: takes a fee, a name, and 64 records of an owner", () => {
    const sim = new Sim();
    sim.fund("ann", GLN);
    expect(sim.include("ann", publish("", "x"))).toBe("RECORD_NO_NAME");
    for (let i = 0; i < 64; i++) sim.send("ann", publish(`r${i}`, ""));
    expect(sim.block().receipts.every(({ code }) => code === "OK")).toBe(true);
    expect(sim.include("ann", publish("more", ""))).toBe("RECORD_TOO_MANY");
    expect(sim.include("ann", publish("r3", "y"))).toBe("OK");
    expect(sim.balance("ann")).toBeLessThan(GLN);
  });
});
