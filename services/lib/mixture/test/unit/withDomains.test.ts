import {
  applyScores,
  countTargets,
  decodeMixtureState,
  encodeMixtureState,
  reportDomain,
  scoreRows,
  withDomains,
} from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import { buildInput, buildState } from "./buildState.ts";

describe("withDomains", () => {
  const state = buildState(["a", "b"], ["prose", "code"]);
  const input = buildInput("code", 12, { a: 0.8, b: 0.2 });
  countTargets(state, "code", Uint8Array.of(1, 1, 2));
  applyScores(state, input, scoreRows(state, input));

  it("keeps what was learned of each domain under its name, in another order too", () => {
    const grown = withDomains(state, ["new", "code", "prose"]);
    for (const name of ["code", "prose"])
      expect(reportDomain(grown, name)).toEqual(reportDomain(state, name));
    expect(grown.nullCounts.slice(4, 8)).toEqual(state.nullCounts.slice(4, 8));
    expect(withDomains(grown, ["prose", "code"])).toEqual(state);
  });

  it("begins a new domain without rows, which then scores as any other", () => {
    const grown = withDomains(state, ["prose", "code", "new"]);
    expect(reportDomain(grown, "new").scoredRows).toBe(0);
    const more = buildInput("new", 12, { a: 0.1, b: 0.9 });
    applyScores(grown, more, scoreRows(grown, more));
    expect(reportDomain(grown, "new").scoredRows).toBe(12);
    expect(decodeMixtureState(encodeMixtureState(grown))).toEqual(grown);
  });
});
