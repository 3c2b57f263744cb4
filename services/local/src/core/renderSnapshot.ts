import { renderTable } from "@ganglion/runtime/terminal";
import { formatGln } from "@ganglion/types";
import type { DomainView, NetworkSnapshot, ValidatorView } from "./snapshot.ts";

/** The live view as plain text, at most `width` columns wide. */
export function renderSnapshot(snapshot: NetworkSnapshot, width: number): string {
  return [
    header(snapshot),
    ...section("neurons", neuronRows(snapshot)),
    ...section("validators (bits a byte on text nobody had seen)", validatorRows(snapshot.validators)),
    ...section("routing: mean gate, mean of the validators", routingRows(snapshot)),
    ...busyPrograms(snapshot),
  ]
    .flatMap((block) => block.split("\n"))
    .map((line) => line.slice(0, width))
    .join("\n");
}

function header(s: NetworkSnapshot): string {
  const minutes = Math.floor(s.uptimeMs / 60_000);
  const seconds = Math.floor(s.uptimeMs / 1000) % 60;
  const phase = s.bootstrap ? " (bootstrap)" : "";
  return `${s.chainId}  height ${s.height}  epoch ${s.epoch ?? "-"}${phase}  issuance ${gln(s.issuance)} GLN  up ${minutes}m ${seconds}s`;
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length > 1 ? ["", title, renderTable(rows)] : [];
}

function neuronRows(s: NetworkSnapshot): string[][] {
  const rows = s.neurons.map((n) => [
    String(n.uid),
    n.name,
    n.role,
    n.domain,
    gln(n.stake),
    percent(n.incentive),
    percent(n.dividend),
    gln(n.emission),
    n.latencyMs === undefined ? "-" : `${n.latencyMs.toFixed(0)} ms`,
  ]);
  return [
    ["uid", "name", "role", "domain", "stake", "incentive", "dividend", "emission", "latency"],
    ...rows,
  ];
}

function validatorRows(validators: readonly ValidatorView[]): string[][] {
  const rows = validators.flatMap((v) =>
    v.domains.map((d) => [
      v.name,
      String(v.steps),
      d.name,
      bits(d.jointBitsPerByte),
      `${bits(d.bestSingleBitsPerByte)} ${d.bestSingleName}`,
      String(d.scoredRows),
      String(d.scoringBytesLeft),
    ]),
  );
  return [["validator", "steps", "domain", "joint", "best single", "rows", "scoring bytes left"], ...rows];
}

function routingRows(s: NetworkSnapshot): string[][] {
  const domains = [...new Set(s.validators.flatMap((v) => v.domains.map((d) => d.name)))];
  const miners = s.neurons.filter((n) => n.role === "miner").map((n) => n.name);
  const rows = domains.map((domain) => {
    const views = s.validators.flatMap((v) => v.domains.filter((d) => d.name === domain));
    return [domain, ...miners.map((miner) => percent(meanRouting(views, miner)))];
  });
  return [["domain", ...miners], ...rows];
}

function meanRouting(views: readonly DomainView[], miner: string): number {
  const total = views.reduce((sum, view) => sum + (view.routing[miner] ?? 0), 0);
  return views.length === 0 ? 0 : total / views.length;
}

function busyPrograms(s: NetworkSnapshot): string[] {
  const busy = s.programs.filter((program) => program.state !== "running");
  return busy.length === 0 ? [] : ["", ...busy.map((program) => `${program.name}: ${program.state}`)];
}

/** Three decimals, for people. */
function gln(spikes: bigint): string {
  return formatGln(spikes, { decimals: 3 });
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

function bits(value: number): string {
  return Number.isFinite(value) && value > 0 ? value.toFixed(3) : "-";
}
