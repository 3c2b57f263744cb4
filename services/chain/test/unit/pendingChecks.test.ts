import { describe, expect, it } from "@jest/globals";
import { findLate } from "../../src/core/pendingChecks.ts";
import { entry } from "../gen/entry.ts";

describe("findLate", () => {
  it("finds all that no later block can take, with its code, and nothing else", () => {
    const flood = Array.from({ length: 50 }, (_, i) =>
      entry({ sender: `stale${i}`, lastHeight: 9, lateCode: "REGISTER_WORK_STALE" }),
    );
    const expired = entry({ sender: "expired", lastHeight: 8 });
    const last = entry({ sender: "last", lastHeight: 10 });
    const late = findLate([...flood, last, expired], 10);
    expect(late.map(({ entry: { sender }, code }) => [sender, code])).toEqual([
      ...flood.map(({ sender }) => [sender, "REGISTER_WORK_STALE"]),
      ["expired", "TX_EXPIRED"],
    ]);
  });
});
