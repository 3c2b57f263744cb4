import type { ProtocolParams } from "@ganglion/params";
import {
  type Action,
  asHeight,
  asSpikes,
  type LedgerEvent,
  PARAMETER_NAMES,
  type ProposalContent,
  type VoteChoice,
} from "@ganglion/types";
import { type ProposalStatus, readGovernance } from "../../src/index.ts";
import { Sim, type SimResult } from "./sim.ts";
import type { GenesisOptions } from "./testGenesis.ts";
import { testKey } from "./testKey.ts";

const GLN = 1_000_000_000n;

/** Who has stake with "val", in GLN. */
const STAKES = { ann: 6n, ben: 3n, cat: 1n } as const;

/** In the first round of governance: the bootstrap is over, epochs, rounds and time locks have ten blocks. */
export function governed({ params, ...options }: GenesisOptions = {}): Sim {
  const sim = new Sim({ ...options, params: { bootstrapEndHeight: 10, ...params } });
  for (const [name, gln] of Object.entries(STAKES)) {
    sim.fund(name, 100n * GLN);
    sim.include(name, stakeOn("val", gln * GLN));
  }
  sim.runTo(10);
  return sim;
}

export function stakeOn(hotkey: string, amount: bigint): Action {
  return { kind: "stake", hotkey: testKey(hotkey).publicKey, amount: asSpikes(amount) };
}

export function setParam(name: keyof ProtocolParams, value: bigint): ProposalContent {
  return { kind: "params", changes: [{ param: PARAMETER_NAMES.indexOf(name), value }] };
}

export function upgradeAt(height: number, name: string): ProposalContent {
  return { kind: "upgrade", height: asHeight(height), name };
}

export function propose(sim: Sim, content: ProposalContent, sender = "ann"): string {
  return sim.include(sender, { kind: "propose", content });
}

export function voteFor(proposal: number, choice: VoteChoice = "yes", hotkey = "val"): Action {
  return { kind: "vote", proposal, hotkey: testKey(hotkey).publicKey, choice };
}

export function statusOf(sim: Sim, id: number): ProposalStatus | undefined {
  return readGovernance(sim.state).proposals.find((proposal) => proposal.id === id)?.status;
}

/** The last block of the present epoch, which ends a round too. */
export function endRound(sim: Sim): SimResult {
  return sim.runTo((sim.epoch + 1) * 10);
}

/** Proposes, lets ann and ben accept it and waits for the time lock. @returns all events since */
export function decide(sim: Sim, content: ProposalContent): readonly LedgerEvent[] {
  const id = readGovernance(sim.state).proposals.reduce((most, proposal) => Math.max(most, proposal.id + 1), 0);
  const code = propose(sim, content);
  if (code !== "OK") throw new RangeError(code);
  endRound(sim);
  for (const name of ["ann", "ben"]) sim.send(name, voteFor(id));
  return [sim.block(), endRound(sim), endRound(sim)].flatMap(({ events }) => events);
}
