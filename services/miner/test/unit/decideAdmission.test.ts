import { describe, expect, it } from "@jest/globals";
import { type Demand, decideAdmission, type Load } from "../../src/core/decideAdmission.ts";

const limits = { queuedContexts: 100, queuedPerCaller: 50, waitMs: 1_000 };
const quiet: Load = { queuedContexts: 0, queuedByCaller: 0, queuedBytes: 0, runningBytes: 0, msPerByte: 0.1 };
const demand = (contexts: number, deadlineInMs?: number): Demand => ({
  contexts,
  bytes: contexts * 100,
  deadlineInMs,
});

describe("decideAdmission", () => {
  it("admits what an idle model can begin at once, however slow it is", () => {
    expect(decideAdmission(demand(50), { ...quiet, msPerByte: 10 }, limits).kind).toBe("admit");
  });

  it("refuses beyond the queue of all", () => {
    const load = { ...quiet, queuedContexts: 99, queuedBytes: 100 };
    expect(decideAdmission(demand(2), load, limits)).toMatchObject({ code: "MINER_QUEUE_FULL" });
  });

  it("refuses beyond the queue of one caller", () => {
    const load = { ...quiet, queuedContexts: 50, queuedByCaller: 50, queuedBytes: 5_000 };
    expect(decideAdmission(demand(1), load, limits)).toEqual({
      kind: "refuse",
      code: "MINER_CALLER_QUEUE_FULL",
      retryAfterMs: 500,
    });
  });

  it("refuses what would wait longer than allowed, with a hint of when to come back", () => {
    const load = { ...quiet, queuedContexts: 40, queuedBytes: 12_000 };
    expect(decideAdmission(demand(1), load, limits)).toEqual({
      kind: "refuse",
      code: "MINER_WAIT_TOO_LONG",
      retryAfterMs: 210,
    });
  });

  it("refuses what would come after the caller's own deadline", () => {
    const load = { ...quiet, queuedContexts: 4, queuedBytes: 400 };
    expect(decideAdmission(demand(1, 45), load, limits)).toMatchObject({ code: "MINER_WAIT_TOO_LONG" });
    expect(decideAdmission(demand(1, 60), load, limits)).toEqual({ kind: "admit", expectedWaitMs: 50 });
  });
});
