import { bytesToHex, isVacantHotkey } from "@ganglion/types";
import { chain, type validator } from "@ganglion/wire";
import type { DomainView, NetworkSnapshot, NeuronView, ProgramView, ValidatorView } from "./snapshot.ts";

const U16_MAX = 65_535;

export type Observed = {
  readonly chainId: string;
  readonly uptimeMs: number;
  /** Of the newest block. */
  readonly height: number;
  readonly metagraph: chain.Metagraph | undefined;
  readonly reports: readonly { readonly name: string; readonly report: validator.Report }[];
  readonly programs: readonly ProgramView[];
  /** Resource name and domain by hotkey in hexadecimal. */
  readonly known: ReadonlyMap<string, { readonly name: string; readonly domain: string }>;
};

/** Joins what the ledger and the validators say into what people look at. */
export function buildSnapshot(observed: Observed): NetworkSnapshot {
  const graph = observed.metagraph;
  const neurons = (graph?.neurons ?? []).map((neuron) => neuronView(neuron, observed));
  const nameOfUid = new Map(neurons.map((neuron) => [neuron.uid, neuron.name]));
  return {
    chainId: observed.chainId,
    height: observed.height,
    epoch: graph?.epoch,
    issuance: graph?.issuance ?? 0n,
    bootstrap: graph?.bootstrap ?? true,
    uptimeMs: observed.uptimeMs,
    neurons,
    validators: observed.reports.map(({ name, report }) => validatorView(name, report, nameOfUid)),
    programs: observed.programs,
  };
}

function neuronView(neuron: chain.Neuron, { known, reports }: Observed): NeuronView {
  const hotkey = bytesToHex(neuron.hotkey);
  const latencies = reports.flatMap(({ report }) =>
    report.miners.filter((m) => m.uid === neuron.uid && m.answered > 0).map((m) => m.latencyMs),
  );
  return {
    uid: neuron.uid,
    name: isVacantHotkey(neuron.hotkey) ? "vacant" : (known.get(hotkey)?.name ?? hotkey.slice(0, 12)),
    hotkey,
    role: roleOf(neuron.role),
    domain: known.get(hotkey)?.domain ?? "",
    stake: neuron.stake,
    incentive: neuron.incentive / U16_MAX,
    dividend: neuron.dividend / U16_MAX,
    emission: neuron.emission,
    latencyMs: latencies.length === 0 ? undefined : mean(latencies),
  };
}

function roleOf(role: chain.NeuronRole): NeuronView["role"] {
  if (role === chain.NeuronRole.NEURON_ROLE_MINER) return "miner";
  return role === chain.NeuronRole.NEURON_ROLE_VALIDATOR ? "validator" : "none";
}

function validatorView(
  name: string,
  report: validator.Report,
  nameOfUid: ReadonlyMap<number, string>,
): ValidatorView {
  return {
    name,
    steps: report.steps,
    stepMs: report.stepMs,
    domains: report.domains.map((domain) => domainView(domain, nameOfUid)),
  };
}

function domainView(domain: validator.DomainReport, nameOfUid: ReadonlyMap<number, string>): DomainView {
  const label = (uid: number): string => nameOfUid.get(uid) ?? `uid ${uid}`;
  const rows = domain.miners.map((miner) => ({ ...miner, name: label(miner.uid) }));
  return {
    name: domain.name,
    jointBitsPerByte: domain.jointBitsPerByte,
    bestSingleBitsPerByte: domain.bestSingleBitsPerByte,
    bestSingleName: domain.scoredRows > 0 ? label(domain.bestSingleUid) : "",
    scoredRows: domain.scoredRows,
    scoringBytesLeft: domain.scoringBytesLeft,
    routing: Object.fromEntries(rows.map((miner) => [miner.name, miner.routing])),
    scores: Object.fromEntries(rows.map((miner) => [miner.name, miner.score])),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
