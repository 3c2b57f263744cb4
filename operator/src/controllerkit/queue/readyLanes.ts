type Lane = { readonly keys: string[]; head: number; size: number };

/** Served keys are cut off an array in chunks of at least this many. */
const COMPACT_FROM = 1_024;

/**
 * Keys that may be worked on now: a lane for each priority, first come first served within one. A key is in
 * one lane only. PERF: O(1) a key, amortised; lanes are few.
 */
export class ReadyLanes {
  readonly #lanes = new Map<number, Lane>();
  readonly #laneOf = new Map<string, number>();
  #order: readonly number[] = [];

  /** False if it is already there with that priority; a key that rises goes to the end of its new lane. */
  put(key: string, priority: number): boolean {
    const present = this.#laneOf.get(key);
    if (present === priority) return false;
    // Its record stays in the old lane and is skipped there.
    if (present !== undefined) this.#lane(present).size -= 1;
    this.#laneOf.set(key, priority);
    const lane = this.#lane(priority);
    lane.keys.push(key);
    lane.size += 1;
    return true;
  }

  take(): { readonly key: string; readonly priority: number } | undefined {
    for (const priority of this.#order) {
      const lane = this.#lane(priority);
      if (lane.size === 0) continue;
      const key = this.#shift(lane, priority);
      if (key !== undefined) return { key, priority };
    }
    return undefined;
  }

  depth(priority: number): number {
    return this.#lanes.get(priority)?.size ?? 0;
  }

  size(): number {
    return this.#laneOf.size;
  }

  #shift(lane: Lane, priority: number): string | undefined {
    while (lane.head < lane.keys.length) {
      const key = lane.keys[lane.head];
      lane.head += 1;
      if (key === undefined || this.#laneOf.get(key) !== priority) continue;
      this.#laneOf.delete(key);
      lane.size -= 1;
      compact(lane);
      return key;
    }
    return undefined;
  }

  #lane(priority: number): Lane {
    const known = this.#lanes.get(priority);
    if (known !== undefined) return known;
    const lane: Lane = { keys: [], head: 0, size: 0 };
    this.#lanes.set(priority, lane);
    this.#order = [...this.#lanes.keys()].sort((a, b) => b - a);
    return lane;
  }
}

function compact(lane: Lane): void {
  if (lane.head < COMPACT_FROM || lane.head * 2 < lane.keys.length) return;
  lane.keys.splice(0, lane.head);
  lane.head = 0;
}
