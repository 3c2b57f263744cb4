import type { Random } from "@ganglion/types";
import type { ContextFeatures } from "../features/contextFeatures.ts";
import { computeGates } from "../gates/computeGates.ts";
import { onProbation } from "../newcomers/newcomerPhase.ts";
import type { MinerKey, MixtureState } from "../state/mixtureState.ts";

export type AskContext = {
  readonly features: ContextFeatures;
  /** undefined for user text. */
  readonly domain: string | undefined;
  /** probe contexts also ask copies of those chosen, so that their similarity stays measured. */
  readonly purpose: "scored" | "probe" | "training" | "serving";
};

export type AskOptions = {
  readonly k: number;
  /** Seats beside the k for miners on probation, drawn at random. */
  readonly newcomerSeats: number;
  /** Seats for any others, drawn at random; 0.5 = one in every second context. */
  readonly explorationSeats: number;
  readonly random: Random;
  /** Those that can be asked now, each with the part of its offers that it answers in time: 0 to 1, 1 when unknown. */
  readonly reachable: ReadonlyMap<MinerKey, number>;
};

/** Whom a miner copies, by the copy's key. */
type Leaders = ReadonlyMap<MinerKey, readonly MinerKey[]>;

/**
 * Whom to ask for each context: the k best by gate x part answered in time, then newcomers, then explorers. Of a copy group only
 * the leader sits among the k; its copies are asked beside it for some training contexts, so that their heads keep up:
 * a head that is left behind looks less and less like a copy's. What is scored has at most `maxPlayers` miners a
 * context; copies are left out first.
 */
export function planAsks(
  state: MixtureState,
  contexts: readonly AskContext[],
  options: AskOptions,
): readonly (readonly MinerKey[])[] {
  const reachable = [...options.reachable.keys()].filter((key) => state.miners.has(key)).sort(byText);
  const suspects = leadersFor(state, undefined);
  const leadersOf = new Map(state.domains.map(({ name }) => [name, leadersFor(state, name)]));
  return contexts.map((context) => {
    const leaders = leadersIn(context.domain, leadersOf, suspects);
    const order = shuffle(reachable, options.random);
    const chosen = chooseBest(state, order, context, { ...options, leaders });
    if (context.purpose === "serving") return chosen;
    const rest = order.filter((key) => !chosen.includes(key));
    const newcomers = rest.filter((key) => !leaders.has(key) && onProbation(state, key));
    for (const key of newcomers.slice(0, options.newcomerSeats)) chosen.push(key);
    const explorers = rest.filter((key) => !leaders.has(key) && !chosen.includes(key));
    for (const key of explorers.slice(0, wholeSeats(options))) chosen.push(key);
    const withCopies =
      context.purpose === "probe" ||
      (context.purpose === "training" && options.random.next() < state.parameters.copies.trainingShare);
    if (withCopies) chosen.push(...companionsOf(chosen, rest, suspects));
    return chosen.slice(0, state.parameters.scores.maxPlayers);
  });
}

function chooseBest(
  state: MixtureState,
  order: readonly MinerKey[],
  context: AskContext,
  options: AskOptions & { readonly leaders: Leaders },
): MinerKey[] {
  const serving = context.purpose === "serving";
  const candidates = serving ? order : order.filter((key) => !options.leaders.has(key));
  const gates = computeGates(state, context.features, candidates);
  const ranked = candidates
    .map((key, i) => ({ key, value: (gates[i] ?? 0) * Math.min(options.reachable.get(key) ?? 1, 1) }))
    .sort((a, b) => b.value - a.value);
  const chosen: MinerKey[] = [];
  for (const { key } of ranked) {
    if (chosen.length === options.k) break;
    const repeats = (options.leaders.get(key) ?? []).some((leader) => chosen.includes(leader));
    if (!repeats) chosen.push(key);
  }
  return chosen;
}

/** A domain that nobody knows yet has none. */
function leadersIn(
  domain: string | undefined,
  leadersOf: ReadonlyMap<string, Leaders>,
  all: Leaders,
): Leaders {
  return domain === undefined ? all : (leadersOf.get(domain) ?? new Map());
}

/** Leaders by copy: in one domain, or for text of no known domain in any. */
function leadersFor(state: MixtureState, domain: string | undefined): Leaders {
  const found = new Map<MinerKey, MinerKey[]>();
  for (const { name, leaders } of state.domains)
    if (domain === undefined || name === domain)
      for (const [member, leader] of leaders) found.set(member, [...(found.get(member) ?? []), leader]);
  return found;
}

/**
 * Copies of those chosen and those whom they copy, in whichever domain that was found: only heads that learned from
 * the same rows can be compared, and a copy in one domain is likely one in the next.
 */
function companionsOf(
  chosen: readonly MinerKey[],
  rest: readonly MinerKey[],
  suspects: Leaders,
): readonly MinerKey[] {
  const related = (a: MinerKey, b: MinerKey): boolean =>
    (suspects.get(a)?.includes(b) ?? false) || (suspects.get(b)?.includes(a) ?? false);
  return rest.filter((key) => !chosen.includes(key) && chosen.some((other) => related(key, other)));
}

function wholeSeats({ explorationSeats, random }: AskOptions): number {
  const whole = Math.floor(explorationSeats);
  return whole + (random.next() < explorationSeats - whole ? 1 : 0);
}

/** Ties of the ranking fall as the shuffle left them: nobody profits by the name of its key. */
function shuffle(keys: readonly MinerKey[], random: Random): MinerKey[] {
  const shuffled = [...keys];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] ?? "", shuffled[i] ?? ""];
  }
  return shuffled;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
