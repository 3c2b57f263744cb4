import type { TimerClock } from "../timerClock.ts";

/** Writes whose effect must be seen in the cache before the next decision about the same object. */
type Pending = { readonly created: Set<string>; readonly deleted: Set<string>; readonly sinceMs: number };

/** After this long a write is taken as seen: its event was lost in a restart, or it never happened. */
const EXPIRY_MS = 300_000;

/**
 * Read your own writes. A cache lags behind the server; a reconciler that decides on it right after writing
 * would create or delete again. So it says what it is about to do, and does not act on that object until the
 * informer showed it. Keys are those of the queue; use one instance a controller.
 *
 * Order of calls: `expectCreation` before the request (its event can overtake the answer), `creationFailed` if
 * the request failed; `seenCreated` and `seenDeleted` from the children's handler, added before the controller's.
 */
export class Expectations {
  readonly #clock: TimerClock;
  readonly #pending = new Map<string, Pending>();

  constructor(clock: TimerClock) {
    this.#clock = clock;
  }

  /** True when all that was expected for the key was seen, or waited for too long. */
  satisfied(key: string): boolean {
    const pending = this.#pending.get(key);
    if (pending === undefined) return true;
    const open = pending.created.size + pending.deleted.size;
    if (open > 0 && this.#clock.monotonicMs() - pending.sinceMs < EXPIRY_MS) return false;
    this.#pending.delete(key);
    return true;
  }

  /** Children are known by name: it is chosen before there is a UID. */
  expectCreation(key: string, childName: string): void {
    this.#of(key).created.add(childName);
  }

  /** Children that go are known by UID: a namesake may follow. Call it before the request. */
  expectDeletion(key: string, childUid: string): void {
    this.#of(key).deleted.add(childUid);
  }

  /** The request failed. Where its answer was lost, ask again first: see `createSurely`. */
  creationFailed(key: string, childName: string): void {
    this.#pending.get(key)?.created.delete(childName);
  }

  /** The request failed or met a newer object. */
  deletionFailed(key: string, childUid: string): void {
    this.#pending.get(key)?.deleted.delete(childUid);
  }

  /** Call it for each child that was added, whoever made it. */
  seenCreated(key: string, childName: string): void {
    this.#pending.get(key)?.created.delete(childName);
  }

  /** A deletionTimestamp is enough: the child won't come back. */
  seenDeleted(key: string, childUid: string): void {
    this.#pending.get(key)?.deleted.delete(childUid);
  }

  /** The object is gone. */
  forget(key: string): void {
    this.#pending.delete(key);
  }

  #of(key: string): Pending {
    const known = this.#pending.get(key);
    if (known !== undefined && known.created.size + known.deleted.size > 0) return known;
    const fresh = {
      created: new Set<string>(),
      deleted: new Set<string>(),
      sinceMs: this.#clock.monotonicMs(),
    };
    this.#pending.set(key, fresh);
    return fresh;
  }
}
