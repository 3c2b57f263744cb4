import { bytesToHex, hexToBytes } from "@ganglion/types";
import type { ValidatorUpdate, Vote } from "../../src/index.ts";

/** CometBFT's MaxTotalVotingPower: (2^63 - 1) / 8. */
const MOST_POWER = ((1n << 63n) - 1n) / 8n;

type Powers = ReadonlyMap<string, bigint>;

/** CometBFT's three validator sets with its rules for updates (types/validator_set.go), which halt a chain. */
export class CometSet {
  #last: Powers = new Map();
  #present: Powers;
  #next: Powers;

  constructor(validators: readonly ValidatorUpdate[]) {
    this.#next = changed(new Map(), validators);
    this.#present = this.#next;
  }

  /** Keys and powers that the engine has after the last update. */
  get powers(): Powers {
    return this.#next;
  }

  /** The set that voted on the block before the next one, and did so unless it is absent. */
  votes(absent: ReadonlySet<string>): Vote[] {
    return [...this.#last].map(([key, power]) => ({
      consensusKey: hexToBytes(key),
      power,
      signed: !absent.has(key),
    }));
  }

  /** What a block decided: in force from the second block after it on. */
  finish(updates: readonly ValidatorUpdate[]): void {
    this.#last = this.#present;
    this.#present = this.#next;
    this.#next = changed(this.#next, updates);
  }
}

function changed(before: Powers, updates: readonly ValidatorUpdate[]): Powers {
  const powers = new Map(before);
  const seen = new Set<string>();
  for (const { consensusKey, power } of updates) {
    const key = bytesToHex(consensusKey);
    if (seen.has(key)) throw new RangeError(`duplicate entry ${key}`);
    seen.add(key);
    if (power < 0n || power > MOST_POWER) throw new RangeError(`power ${power} is out of bounds`);
    if (power === 0n && !powers.delete(key)) throw new RangeError(`failed to find ${key} to remove`);
    if (power > 0n) powers.set(key, power);
  }
  if (powers.size === 0) throw new RangeError("applying the changes would result in an empty set");
  const total = [...powers.values()].reduce((sum, power) => sum + power, 0n);
  if (total > MOST_POWER) throw new RangeError(`total power ${total} exceeds the most`);
  return powers;
}
