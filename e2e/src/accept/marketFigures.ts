import type { chain, validator } from "@ganglion/wire";
import { atMost, fact, type Measurement } from "./figure.ts";

const FREE_RIDERS = ["noise", "copy", "lazy", "lookup"];
const MOST_FOR_FREE = 0.02;
const FAIR = { least: 0.75, most: 1.25 };
const WRONG_SHOWN = 3;
const MILLION = 1_000_000;

export type ValidatorView = { readonly name: string; readonly report: validator.Report };
type NameOf = (hotkey: Uint8Array) => string;

/** The demo names an expert after its domain. */
export function expertOf(domain: string): string {
  return `expert-${domain}`;
}

/** Who leads each domain at each validator, and the mixture against the best single miner over all domains. */
export function qualityFigures(views: readonly ValidatorView[], nameOf: NameOf): readonly Measurement[] {
  return [
    leaders(views, nameOf, "routing"),
    leaders(views, nameOf, "score"),
    ...views.map((v) => joint(v, nameOf)),
  ];
}

/** Each expert's incentive against its domain's share, and what the others hold. */
export function incentiveFigures(epoch: chain.EpochReport, nameOf: NameOf): readonly Measurement[] {
  const total = epoch.neurons.reduce((sum, { incentive }) => sum + incentive, 0) || 1;
  const shareOf = (name: string): number =>
    (epoch.neurons.find(({ hotkey }) => nameOf(hotkey) === name)?.incentive ?? 0) / total;
  return [
    ...epoch.domains.map(({ name, sharePpm }) => {
      return {
        kind: "measured" as const,
        check: `incentive of ${expertOf(name)} / share of its domain`,
        value: shareOf(expertOf(name)) / (sharePpm / MILLION),
        unit: "x",
        limit: `${FAIR.least} to ${FAIR.most}`,
        holds: (ratio: number) => ratio >= FAIR.least && ratio <= FAIR.most,
      };
    }),
    ...FREE_RIDERS.map((name) =>
      atMost(`incentive of ${name}`, shareOf(name) * 100, MOST_FOR_FREE * 100, "%"),
    ),
  ];
}

/** How far the validators' revealed weights for each expert are apart in its own domain. */
export function spreadFigures(epoch: chain.EpochReport, nameOf: NameOf): readonly Measurement[] {
  return epoch.domains.flatMap(({ id, name }) => {
    const expert = epoch.neurons.find(({ hotkey }) => nameOf(hotkey) === expertOf(name));
    const spread = expert?.spreads.find(({ domainId }) => domainId === id)?.spread;
    const check = `spread of ${expertOf(name)} between validators`;
    if (spread === undefined) return [];
    return [{ kind: "measured" as const, check, value: spread * 100, unit: "%", limit: "aim 10 %" }];
  });
}

function leaders(views: readonly ValidatorView[], nameOf: NameOf, by: "routing" | "score"): Measurement {
  const all = views.flatMap(({ name, report }) =>
    report.domains.map((domain) => {
      const first = domain.miners.toSorted((a, b) => b[by] - a[by])[0];
      const leader = first === undefined ? "nobody" : nameOf(first.hotkey);
      return { place: `${name}/${domain.name}`, leader, right: leader === expertOf(domain.name) };
    }),
  );
  const wrong = all.filter(({ right }) => !right).map(({ place, leader }) => `${place}: ${leader}`);
  const figure = [`${all.length - wrong.length} of ${all.length}`, ...wrong.slice(0, WRONG_SHOWN)].join("; ");
  return fact(`experts first in their own domain by ${by}`, all.length > 0 && wrong.length === 0, figure);
}

function joint({ name, report }: ValidatorView, nameOf: NameOf): Measurement {
  const { domains } = report;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const mixture = mean(domains.map(({ jointBitsPerByte }) => jointBitsPerByte));
  const keys = new Map(
    domains.flatMap(({ miners }) => miners.map(({ uid, hotkey }) => [uid, hotkey] as const)),
  );
  const singles = [...keys].flatMap(([uid, hotkey]) => {
    const own = domains.flatMap(({ miners }) =>
      miners.filter((m) => m.uid === uid && m.ownBitsPerByte > 0).map((m) => m.ownBitsPerByte),
    );
    return own.length === domains.length ? [{ who: nameOf(hotkey), bits: mean(own) }] : [];
  });
  const best = singles.toSorted((a, b) => a.bits - b.bits)[0];
  const check = `${name}: joint against the best single miner, all domains`;
  if (best === undefined) return fact(check, false, "no miner was measured in all domains");
  return {
    kind: "measured",
    check,
    value: mixture / best.bits,
    unit: "x",
    limit: "< 1 x",
    holds: (ratio) => ratio < 1,
    note: `${mixture.toFixed(3)} / ${best.bits.toFixed(3)} bits a byte (${best.who}), ${report.steps} steps`,
  };
}
