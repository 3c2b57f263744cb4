import { type DomainReport, type MinerKey, type MixtureState, reportDomain } from "@ganglion/mixture";
import { WEIGHTS_VERSION } from "@ganglion/params";
import type { Hotkey } from "@ganglion/types";
import type { validator } from "@ganglion/wire";
import type { DomainSupply, RosterMiner } from "../ports.ts";
import type { LedgerDomain } from "./buildWeightRows.ts";
import type { MinerHealth } from "./minerHealth.ts";

export type ReportInput = {
  readonly hotkey: Hotkey;
  readonly height: number;
  readonly epoch: number;
  /** The least version of the scoring rules whose weights the ledger takes. */
  readonly weightsVersionNeeded: number;
  /** Moving average, milliseconds. */
  readonly stepMs: number;
  readonly state: MixtureState;
  readonly roster: readonly RosterMiner[];
  readonly domains: readonly LedgerDomain[];
  readonly supply: readonly DomainSupply[];
  readonly health: ReadonlyMap<MinerKey, MinerHealth>;
};

/** What the GetReport call answers. A number that is not known yet is 0. */
export function buildReport(input: ReportInput): validator.Report {
  const { state, roster, supply } = input;
  const uids = new Map(roster.map(({ key, uid }) => [key, uid]));
  const hotkeys = new Map(roster.map(({ key, hotkey }) => [key, hotkey]));
  const domains = state.domains.map(({ name }): validator.DomainReport => {
    const measured = reportDomain(state, name);
    return {
      id: input.domains.find((domain) => domain.name === name && domain.sharePpm > 0)?.id ?? 0,
      name,
      jointBitsPerByte: measured.jointBitsPerByte ?? 0,
      bestSingleBitsPerByte: measured.bestSingle?.bitsPerByte ?? 0,
      bestSingleUid: uidOf(uids, measured.bestSingle?.miner),
      scoredRows: measured.scoredRows,
      scoringBytesLeft: supply.find(({ domain }) => domain === name)?.scoringBytesLeft ?? 0,
      miners: reportMiners(measured, uids, hotkeys),
    };
  });
  return {
    hotkey: input.hotkey,
    height: input.height,
    epoch: input.epoch,
    weightsVersion: WEIGHTS_VERSION,
    weightsVersionNeeded: input.weightsVersionNeeded,
    steps: state.step,
    stepMs: input.stepMs,
    domains,
    miners: roster.map((miner) => reportHealth(miner, input.health.get(miner.key))),
  };
}

function reportMiners(
  measured: DomainReport,
  uids: ReadonlyMap<MinerKey, number>,
  hotkeys: ReadonlyMap<MinerKey, Hotkey>,
): validator.MinerInDomain[] {
  return measured.miners
    .filter(({ miner }) => uids.has(miner))
    .map((miner) => ({
      uid: uidOf(uids, miner.miner),
      hotkey: hotkeys.get(miner.miner) ?? new Uint8Array(),
      routing: miner.routing,
      score: miner.score,
      leaveOneOut: miner.leaveOneOut,
      fisher: miner.fisher,
      ownBitsPerByte: miner.ownBitsPerByte ?? 0,
      weight: miner.weight,
      groupUid: uidOf(uids, miner.leader),
    }))
    .sort((a, b) => a.uid - b.uid);
}

function reportHealth(miner: RosterMiner, health: MinerHealth | undefined): validator.MinerHealth {
  return {
    uid: miner.uid,
    hotkey: miner.hotkey,
    answered: health?.answered ?? 0,
    failed: health?.failed ?? 0,
    latencyMs: health?.latencyMs ?? 0,
    capacityContextsPerSecond: health?.capacity ?? 0,
    lastFault: health?.lastFault ?? "",
  };
}

function uidOf(uids: ReadonlyMap<MinerKey, number>, key: MinerKey | undefined): number {
  return key === undefined ? 0 : (uids.get(key) ?? 0);
}
