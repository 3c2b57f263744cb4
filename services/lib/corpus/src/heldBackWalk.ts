import { bytesToHex, createRandom, GanglionError } from "@ganglion/types";
import { digestDocuments } from "./digestDocuments.ts";
import type { Document } from "./document.ts";

export type WalkOptions = {
  /** Bytes shown before the byte that is scored, at most. */
  readonly contextBytes: number;
  /** Bytes shown at least: the first bytes of a segment are never scored. */
  readonly minContextBytes: number;
  /** Documents are cut into segments of at most so many bytes, whose contexts never reach into one another. */
  readonly segmentBytes: number;
  /** Part of a domain's bytes that one epoch may spend, in (0, 1]. */
  readonly pacePerEpoch: number;
  /** Decides the order of the segments. */
  readonly seed: number;
};

/** A byte about to be scored: its context may be shown, the target not. */
export type HeldBackRow = {
  readonly domain: string;
  readonly document: string;
  /** Index of the target in the document. */
  readonly offset: number;
  readonly text: Uint8Array;
  readonly target: number;
};

type Segment = { readonly document: Document; readonly start: number; readonly end: number };

/** The text of a walk, cut and ordered: follows from documents and options, so it is not persisted. */
export type HeldBackWalk = {
  readonly options: WalkOptions;
  /** Hexadecimal digest of all documents and cut. */
  readonly digest: string;
  /** The same of each domain alone: its part of a state belongs to this text only. */
  readonly digests: Readonly<Record<string, string>>;
  readonly domains: ReadonlyMap<string, readonly Segment[]>;
};

/** Where the walk is: plain data, to be persisted before the rows that it paid for are shown to anyone. */
export type WalkState = {
  readonly digest: string;
  /** By domain; absent in what was persisted before domains could be added. */
  readonly digests?: Readonly<Record<string, string>> | undefined;
  readonly domains: Readonly<Record<string, DomainWalkState>>;
};

export type DomainWalkState = {
  /** Index of the next target in each segment's document. */
  readonly cursors: readonly number[];
  readonly epoch: number;
  readonly spentInEpoch: number;
};

/** Cuts held-back documents into the segments of a walk. */
export function createWalk(documents: readonly Document[], options: WalkOptions): HeldBackWalk {
  const domains = new Map<string, Segment[]>();
  for (const document of documents) {
    const segments = domains.get(document.domain) ?? [];
    for (let start = 0; start < document.text.length; start += options.segmentBytes) {
      const end = Math.min(start + options.segmentBytes, document.text.length);
      if (end - start > options.minContextBytes) segments.push({ document, start, end });
    }
    domains.set(document.domain, segments);
  }
  const ordered = [...domains].map(([name, segments]) => [name, shuffled(segments, options.seed)] as const);
  const { minContextBytes, segmentBytes, seed } = options;
  const digestOf = (some: readonly Document[]): string =>
    `${bytesToHex(digestDocuments(some))}-${minContextBytes}-${segmentBytes}-${seed}`;
  const digests = Object.fromEntries(
    [...Map.groupBy(documents, ({ domain }) => domain)].map(([name, own]) => [name, digestOf(own)]),
  );
  return { options, digest: digestOf(documents), digests, domains: new Map(ordered) };
}

/** The state before the first row. */
export function startWalk(walk: HeldBackWalk): WalkState {
  const domains: Record<string, DomainWalkState> = {};
  for (const [name, segments] of walk.domains) {
    const cursors = segments.map(({ start }) => start + walk.options.minContextBytes);
    domains[name] = { cursors, epoch: 0, spentInEpoch: 0 };
  }
  return { digest: walk.digest, digests: walk.digests, domains };
}

/**
 * Goes on where a walk was; domains that its state has no digest of are at their start.
 *
 * @throws GanglionError CORPUS_WALK_MISMATCH if the state belongs to other text of a domain, or to another cut
 */
export function resumeWalk(walk: HeldBackWalk, state: WalkState): WalkState {
  const { digest, digests } = walk;
  const known = state.digests ?? (state.digest === digest ? digests : undefined);
  if (known === undefined) throw otherText(Object.keys(state.domains));
  const others = Object.keys(known).filter((domain) => known[domain] !== digests[domain]);
  if (others.length > 0) throw otherText(others);
  const kept = Object.entries(state.domains).filter(([domain]) => domain in known);
  return { digest, digests, domains: { ...startWalk(walk).domains, ...Object.fromEntries(kept) } };
}

/** A walk that began anew over text that was sent would score it again, and pay whoever recorded it. */
function otherText(domains: readonly string[]): GanglionError {
  const names = domains.join(", ");
  return new GanglionError(
    "CORPUS_WALK_MISMATCH",
    `the stored walk belongs to other held-back text of ${names}, or to another seed or contextBytes: restore that text and seed, or use text that was never sent and take ${names} out of the walk's "digests"`,
    { domains: names },
  );
}

/**
 * Spends up to `count` bytes of one domain, fewer when the epoch's pace or the text is used up. Each segment gives
 * one row before any gives its second, neighbours come from different documents where there are enough, and each
 * byte is scored before it was part of a context, once.
 */
export function takeRows(
  walk: HeldBackWalk,
  state: WalkState,
  request: { readonly domain: string; readonly count: number; readonly epoch: number },
): { readonly state: WalkState; readonly rows: readonly HeldBackRow[] } {
  const segments = walk.domains.get(request.domain);
  const before = state.domains[request.domain];
  if (segments === undefined || before === undefined) return { state, rows: [] };
  const spent = before.epoch === request.epoch ? before.spentInEpoch : 0;
  const budget = Math.max(0, Math.min(request.count, epochAllowance(walk, request.domain) - spent));
  const cursors = [...before.cursors];
  const rows = chooseSegments(segments, before.cursors, budget).map((index) => {
    const target = cursors[index] ?? 0;
    cursors[index] = target + 1;
    return rowAt(segments[index], target, walk.options.contextBytes);
  });
  const after = { cursors, epoch: request.epoch, spentInEpoch: spent + rows.length };
  return { state: { ...state, domains: { ...state.domains, [request.domain]: after } }, rows };
}

/** Bytes of a domain that one epoch may spend, at least 1. */
export function epochAllowance(walk: HeldBackWalk, domain: string): number {
  const segments = walk.domains.get(domain) ?? [];
  const total = segments.reduce((sum, { start, end }) => sum + end - start - walk.options.minContextBytes, 0);
  return Math.max(1, Math.floor(total * walk.options.pacePerEpoch));
}

/** Bytes of a domain that can still be scored. */
export function bytesLeft(walk: HeldBackWalk, state: WalkState, domain: string): number {
  const cursors = state.domains[domain]?.cursors ?? [];
  return (walk.domains.get(domain) ?? []).reduce(
    (sum, { end }, index) => sum + end - (cursors[index] ?? end),
    0,
  );
}

/** What is behind the walk, and so may train: the scored part of each segment of at least `minBytes`. */
export function spentDocuments(
  walk: HeldBackWalk,
  state: WalkState,
  domain: string,
  minBytes: number,
): Document[] {
  const cursors = state.domains[domain]?.cursors ?? [];
  return (walk.domains.get(domain) ?? []).flatMap(({ document, start }, index) => {
    const end = cursors[index] ?? start;
    if (end - start < minBytes) return [];
    return [{ id: `${document.id}#${start}`, domain, text: document.text.subarray(start, end) }];
  });
}

/** Least progress first; among equals one segment of each document before any document's second. */
function chooseSegments(
  segments: readonly Segment[],
  cursors: readonly number[],
  budget: number,
): readonly number[] {
  const seen = new Map<string, number>();
  const open = segments.flatMap(({ document, start, end }, index) => {
    const cursor = cursors[index] ?? end;
    if (cursor >= end) return [];
    const key = `${cursor - start}\n${document.id}`;
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    return [{ index, progress: cursor - start, occurrence }];
  });
  open.sort((a, b) => a.progress - b.progress || a.occurrence - b.occurrence || a.index - b.index);
  return open.slice(0, budget).map(({ index }) => index);
}

function rowAt(segment: Segment | undefined, target: number, contextBytes: number): HeldBackRow {
  if (segment === undefined) throw new GanglionError("CORPUS_WALK_MISMATCH", "the walk has no such segment");
  const { document, start } = segment;
  return {
    domain: document.domain,
    document: document.id,
    offset: target,
    text: document.text.subarray(Math.max(start, target - contextBytes), target),
    target: document.text[target] ?? 0,
  };
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    const [a, b] = [out[i], out[j]];
    if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a];
  }
  return out;
}
