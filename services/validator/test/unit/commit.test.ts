import { describe, expect, it } from "@jest/globals";
import {
  type CommitAction,
  type EpochRules,
  type PendingCommit,
  planCommits,
} from "../../src/core/commit.ts";

const rules: EpochRules = { epochLengthBlocks: 20, commitCutoffBlocks: 4, revealDelayEpochs: 1 };

describe("planCommits", () => {
  const cases: {
    readonly name: string;
    readonly height: number;
    readonly pending: readonly PendingCommit<string>[];
    readonly expected: readonly CommitAction[];
  }[] = [
    { name: "waits for the middle of the commit window", height: 6, pending: [], expected: [] },
    { name: "creates one commit then", height: 8, pending: [], expected: [{ kind: "create", epoch: 0 }] },
    {
      name: "still creates in the last open block",
      height: 15,
      pending: [],
      expected: [{ kind: "create", epoch: 0 }],
    },
    { name: "never creates in the cutoff", height: 16, pending: [], expected: [] },
    {
      name: "sends stored rows again while the window is open",
      height: 12,
      pending: [{ epoch: 0, status: "stored", rows: "r" }],
      expected: [{ kind: "commit", epoch: 0 }],
    },
    {
      name: "leaves a committed epoch alone until its reveal",
      height: 12,
      pending: [{ epoch: 0, status: "committed", rows: "r" }],
      expected: [],
    },
    {
      name: "reveals in the first block of the reveal epoch",
      height: 20,
      pending: [{ epoch: 0, status: "committed", rows: "r" }],
      expected: [{ kind: "reveal", epoch: 0 }],
    },
    {
      name: "tries to reveal what a kill left unknown",
      height: 25,
      pending: [{ epoch: 0, status: "stored", rows: "r" }],
      expected: [{ kind: "reveal", epoch: 0 }],
    },
    {
      name: "forgets what can no longer count",
      height: 40,
      pending: [{ epoch: 0, status: "committed", rows: "r" }],
      expected: [{ kind: "forget", epoch: 0 }],
    },
  ];
  for (const { name, height, pending, expected } of cases)
    it(name, () => expect(planCommits(height, rules, pending, true)).toEqual(expected));

  it("creates nothing without rows", () => expect(planCommits(10, rules, [], false)).toEqual([]));
});
