import type { Document } from "@ganglion/corpus";
import { createRandom, DEFAULT_PARAMETERS, type MinerKey, type MixtureParameters } from "@ganglion/mixture";
import { asUid, parseHotkey, type Random } from "@ganglion/types";
import { NEW_MINER_HEALTH } from "../src/core/minerHealth.ts";
import type { AskedContext, MinerAnswer, MinerPool, RosterMiner } from "../src/ports.ts";

const DIM = 48;

/** Small heads that learn in seconds. */
export const SMALL: MixtureParameters = {
  ...DEFAULT_PARAMETERS,
  dim: DIM,
  heads: { ...DEFAULT_PARAMETERS.heads, learningRate: 1e-2, averageMax: 0.9 },
  // These experts know nothing of the other alphabet, so both begin with its unigrams alone.
  copies: { ...DEFAULT_PARAMETERS.copies, minRows: 400 },
  newcomers: { replayRows: 512, replayPasses: 4, minReplayRows: 256, scoredContexts: 24 },
};

/** Letters of a first-order chain: each is mostly followed by one other, by domain. */
export function chainDocuments(domain: string, alphabet: string, count: number, seed: number): Document[] {
  const letters = new TextEncoder().encode(alphabet);
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    let at = Math.floor(random.next() * letters.length);
    const text = Uint8Array.from({ length: 600 }, () => {
      at = random.next() < 0.85 ? (at * 5 + 3) % letters.length : Math.floor(random.next() * letters.length);
      return letters[at] ?? 0;
    });
    return { id: `${domain}-${seed}-${index}`, domain, text };
  });
}

export type Behaviour = (text: Uint8Array, position: number) => Float32Array;

/** Knows the last byte, of one alphabet only: enough to predict a chain's next. */
export function expertOf(alphabet: string, seed: number): Behaviour {
  const known = new Set(new TextEncoder().encode(alphabet));
  return (text, position) => {
    const byte = text[position] ?? 0;
    return randomRow(createRandom(known.has(byte) ? seed * 1_000 + byte : seed));
  };
}

export function noise(seed: number): Behaviour {
  const random = createRandom(seed);
  return () => randomRow(random);
}

/** Sees the byte after each position, where there is one. */
export function leaker(seed: number): Behaviour {
  return (text, position) => randomRow(createRandom(seed + (text[position + 1] ?? 256)));
}

export function constantValue(value: number): Behaviour {
  return () => new Float32Array(DIM).fill(value);
}

function randomRow(random: Random): Float32Array {
  return Float32Array.from({ length: DIM }, () => random.next() * 2 - 1);
}

/** Miners in memory; every text that was sent is recorded. */
export class FakePool implements MinerPool {
  readonly sent: AskedContext[] = [];
  readonly rejected = new Map<MinerKey, string>();
  readonly #miners: ReadonlyMap<MinerKey, Behaviour>;
  #roster: readonly RosterMiner[] = [];

  constructor(miners: Readonly<Record<MinerKey, Behaviour>>) {
    this.#miners = new Map(Object.entries(miners));
  }

  static rosterOf(keys: readonly MinerKey[]): readonly RosterMiner[] {
    return keys.map((key, uid) => ({
      key,
      uid: asUid(uid),
      hotkey: parseHotkey(new Uint8Array(32).fill(uid + 1)),
      host: "127.0.0.1",
      port: 1,
    }));
  }

  update(miners: readonly RosterMiner[]): void {
    this.#roster = miners;
  }

  reachable(): ReadonlyMap<MinerKey, number> {
    return new Map(this.#roster.filter(({ host }) => host !== "").map(({ key }) => [key, 1]));
  }

  ask(key: MinerKey, contexts: readonly AskedContext[]): Promise<MinerAnswer> {
    this.sent.push(...contexts);
    const behaviour = this.#miners.get(key);
    if (!behaviour) return Promise.resolve({ kind: "failed", code: "FAKE_ABSENT" });
    const rows = contexts.flatMap(({ text, positions }) =>
      (positions.length === 0 ? [text.length - 1] : positions).map((position) => behaviour(text, position)),
    );
    const representations = new Float32Array(rows.length * DIM);
    rows.forEach((row, i) => {
      representations.set(row, i * DIM);
    });
    return Promise.resolve({ kind: "answered", representations, rows: rows.length, modelDigest: "00" });
  }

  reject(key: MinerKey, code: string): void {
    this.rejected.set(key, code);
  }

  health() {
    return new Map(this.#roster.map(({ key }) => [key, NEW_MINER_HEALTH]));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
