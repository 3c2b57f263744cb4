import { PARAMETER_NAMES, type ProposalContent } from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { readGovernance } from "../../../src/index.ts";
import { endRound, governed, propose, setParam, stakeOn, upgradeAt } from "../../gen/governed.ts";
import { Sim } from "../../gen/sim.ts";
import { testKey } from "../../gen/testKey.ts";

const GLN = 1_000_000_000n;
const CHARTER: ProposalContent = { kind: "charter", text: utf8ToBytes("be kind") };

function domains(...list: readonly (readonly [string, number])[]): ProposalContent {
  return { kind: "domains", domains: list.map(([name, sharePpm]) => ({ name, sharePpm })) };
}

describe("propose", () => {
  it("GOV-1: is closed during the bootstrap", () => {
    const sim = new Sim();
    sim.fund("ann", 10n * GLN);
    sim.include("ann", stakeOn("val", 5n * GLN));
    sim.runTo(30);
    expect(propose(sim, CHARTER)).toBe("GOV_CLOSED");
    expect(readGovernance(sim.state)).toMatchObject({ round: 0, proposals: [] });
  });

  it("GOV-2: takes a proposal a round of who has a hundredth of the stake with which it began", () => {
    const sim = governed();
    sim.fund("dan", 10n * GLN);
    expect(sim.include("dan", stakeOn("val", 9n * GLN))).toBe("OK");
    expect(propose(sim, CHARTER, "dan")).toBe("GOV_LOW_STAKE");
    sim.fund("eve", GLN);
    expect(sim.include("eve", stakeOn("val", GLN / 10n))).toBe("OK");
    expect(propose(sim, CHARTER, "cat")).toBe("OK");
    expect(propose(sim, CHARTER, "cat")).toBe("GOV_PROPOSED_ALREADY");
    endRound(sim);
    expect(propose(sim, CHARTER, "dan")).toBe("OK");
    expect(propose(sim, CHARTER, "cat")).toBe("OK");
    expect(propose(sim, CHARTER, "eve")).toBe("GOV_LOW_STAKE");
    expect(readGovernance(sim.state)).toMatchObject({
      round: 2,
      roundStart: 21,
      roundEnds: 30,
      proposals: [{ id: 0, status: "voting", proposer: testKey("cat").address }, { id: 1 }, { id: 2 }],
    });
  });

  it("GOV-2: takes 128 proposals a round, if genesis asks for next to no stake", () => {
    const sim = governed({ params: { proposalStakePpm: 0 } });
    const names = Array.from({ length: 129 }, (_, i) => `p${i}`);
    for (const name of names) {
      sim.fund(name, GLN);
      sim.send(name, stakeOn("val", GLN / 10n));
    }
    endRound(sim);
    for (const name of names) sim.send(name, { kind: "propose", content: CHARTER });
    const codes = sim.block().receipts.map(({ code }) => code);
    expect(codes.filter((code) => code === "OK")).toHaveLength(128);
    expect(codes.at(-1)).toBe("GOV_ROUND_FULL");
  });

  it("GOV-5: takes known parameters that are not fixed, each once, within bounds and relations", () => {
    const sim = governed();
    const param = PARAMETER_NAMES.indexOf("slashPpm");
    const twice = { param, value: 1n };
    const cases: readonly (readonly [ProposalContent, string])[] = [
      [{ kind: "params", changes: [] }, "GOV_BAD_PARAM"],
      [{ kind: "params", changes: [{ param: PARAMETER_NAMES.length, value: 1n }] }, "GOV_BAD_PARAM"],
      [{ kind: "params", changes: [twice, twice] }, "GOV_BAD_PARAM"],
      [setParam("slashPpm", 500_001n), "GOV_PARAM_BOUNDS"],
      [setParam("kappaU16", 65_535n), "GOV_PARAM_BOUNDS"],
      [setParam("immunityBlocks", 30n), "GOV_PARAM_RELATION"],
      [setParam("takeMaxPpm", 90_000n), "GOV_PARAM_RELATION"],
      [setParam("commitCutoffBlocks", 6n), "GOV_PARAM_RELATION"],
      [setParam("activityCutoffBlocks", 19n), "GOV_PARAM_RELATION"],
      [setParam("slashPpm", 500_000n), "OK"],
    ];
    expect(cases.map(([content]) => propose(sim, content))).toEqual(cases.map(([, code]) => code));
  });

  it("GOV-5: keeps limits above what is in use", () => {
    const two = [
      { name: "prose", sharePpm: 500_000 },
      { name: "code", sharePpm: 500_000 },
    ];
    const sim = governed({ validators: ["val", "b", "c"], domains: two });
    expect(propose(sim, setParam("maxNeurons", 2n))).toBe("GOV_PARAM_RELATION");
    expect(propose(sim, setParam("maxDomains", 1n))).toBe("GOV_PARAM_RELATION");
    expect(propose(sim, setParam("maxDomains", 2n))).toBe("OK");
    expect(propose(sim, setParam("maxNeurons", 4n), "ben")).toBe("OK");
  });

  it("GOV-5: never touches what genesis pins", () => {
    const pinned = [
      "supplyCapSpikes",
      "blockTargetMs",
      "epochLengthBlocks",
      "revealDelayEpochs",
      "consensusMode",
      "incentiveFrom",
      "unbondingBlocks",
      "unbondingMs",
      "evidenceAgeBlocks",
      "evidenceAgeMs",
      "trustPeriodMs",
      "retainBlocks",
      "maxTxBytes",
      "maxBlockBytes",
      "bootstrapEndHeight",
      "bootstrapIssuanceSpikes",
    ] as const;
    const sim = governed();
    const codes = pinned.map((name) => propose(sim, setParam(name, 1n)));
    expect(new Set(codes)).toEqual(new Set(["GOV_PARAM_FIXED"]));
  });

  it("GOV-6: expels only who has a slot", () => {
    const sim = governed();
    expect(propose(sim, { kind: "expel", hotkey: testKey("x").publicKey })).toBe("GOV_NO_SLOT");
    expect(propose(sim, { kind: "expel", hotkey: testKey("val").publicKey })).toBe("OK");
  });

  it("GOV-7: takes upgrades with a name, at a height after vote and time lock", () => {
    const sim = governed();
    expect(propose(sim, upgradeAt(sim.height + 1 + 20, "next"))).toBe("GOV_BAD_UPGRADE");
    expect(propose(sim, upgradeAt(100, ""))).toBe("GOV_BAD_UPGRADE");
    expect(propose(sim, upgradeAt(sim.height + 1 + 21, "next"))).toBe("OK");
  });

  it("GOV-8: keeps what a domain's id means while it has a share", () => {
    const sim = governed();
    const cases: readonly (readonly [ProposalContent, string])[] = [
      [domains(), "GOV_BAD_DOMAINS"],
      [domains(["code", 1_000_000]), "GOV_BAD_DOMAINS"],
      [domains(["prose", 999_999]), "GOV_BAD_DOMAINS"],
      [domains(["prose", 500_000], ["prose", 500_000]), "GOV_BAD_DOMAINS"],
      [domains(["prose", 500_000], ["-", 500_000]), "GOV_BAD_DOMAINS"],
      [domains(["prose", 1_000_000], ["a", 0], ["b", 0], ["c", 0], ["d", 0]), "GOV_BAD_DOMAINS"],
      [domains(["prose", 0], ["code", 1_000_000]), "OK"],
    ];
    expect(cases.map(([content]) => propose(sim, content))).toEqual(cases.map(([, code]) => code));
  });

  it("GOV-8: takes a charter that is text", () => {
    const sim = governed();
    const withText = (...text: number[]): ProposalContent => ({
      kind: "charter",
      text: Uint8Array.from(text),
    });
    expect(propose(sim, withText())).toBe("GOV_BAD_CHARTER");
    expect(propose(sim, withText(0xc0, 0xaf))).toBe("GOV_BAD_CHARTER");
    expect(propose(sim, withText(0xe2, 0x82))).toBe("GOV_BAD_CHARTER");
    expect(propose(sim, withText(0x25, 0xe2, 0x82, 0xac))).toBe("OK");
  });
});
