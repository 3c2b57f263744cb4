import { addMiner, createMixtureState } from "@ganglion/mixture";
import { describe, expect, it } from "@jest/globals";
import { buildWeightRows } from "../../src/core/buildWeightRows.ts";
import { NEW_MINER_HEALTH, recordAnswer, recordFailure } from "../../src/core/minerHealth.ts";
import { PARAMETERS } from "../../src/core/parameters.ts";
import { FakePool, SMALL } from "../fakeMarket.ts";

describe("buildWeightRows", () => {
  const state = createMixtureState({ domains: ["prose"], parameters: SMALL });
  for (const [key, shapley] of [
    ["heard", 1],
    ["silent", 2],
  ] as const) {
    addMiner(state, key);
    for (const sums of state.miners.get(key)?.sums ?? []) sums.shapley = shapley;
  }
  for (const domain of state.domains) domain.rows = 4;
  const input = {
    state,
    domains: [{ id: 3, name: "prose", sharePpm: 1_000_000 }],
    roster: FakePool.rosterOf(["heard", "silent"]),
  };
  let health = NEW_MINER_HEALTH;
  for (let i = 0; i < PARAMETERS.silentAfterFailures; i++)
    health = recordFailure(health, "GRPC_UNAVAILABLE", 0);
  const uidsWith = (silent: typeof health) =>
    buildWeightRows({ ...input, health: new Map([["silent", silent]]) }).map(({ entries }) =>
      entries.map(({ uid }) => uid),
    );

  it("leaves out who has been silent for long, though its earnings hold", () => {
    expect(uidsWith(NEW_MINER_HEALTH)).toEqual([[0, 1]]);
    expect(uidsWith(health)).toEqual([[0]]);
  });

  it("leaves out who does not serve, though its earnings hold", () => {
    const roster = input.roster.map((miner) => (miner.key === "silent" ? { ...miner, host: "" } : miner));
    const rows = buildWeightRows({ ...input, roster, health: new Map() });
    expect(rows.map(({ entries }) => entries.map(({ uid }) => uid))).toEqual([[0]]);
  });

  it("names a domain by the id that it has a share under, and none that was voted out", () => {
    const out = { id: 0, name: "prose", sharePpm: 0 };
    const idsOf = (domains: typeof input.domains) =>
      buildWeightRows({ ...input, domains, health: new Map() }).map(({ domainId }) => domainId);
    expect(idsOf([out, ...input.domains])).toEqual([3]);
    expect(idsOf([out])).toEqual([]);
  });

  it("takes it back with its next answer", () => {
    expect(uidsWith(recordAnswer(health, 1, 10))).toEqual([[0, 1]]);
  });
});
