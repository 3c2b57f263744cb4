import { isWrite, type RequestInfo } from "./requestInfo.ts";

/** Counts what clients ask for. */
export class Traffic {
  readonly #byVerb = new Map<string, number>();
  readonly #writes = new Map<string, number>();
  #total = 0;

  note(info: RequestInfo | undefined): void {
    this.#total += 1;
    if (info === undefined) return;
    bump(this.#byVerb, `${info.verb} ${info.plural}`);
    if (isWrite(info) && info.name !== undefined) bump(this.#writes, `${info.plural}/${info.name}`);
  }

  get total(): number {
    return this.#total;
  }

  /** How often a verb was asked of a resource: `count("list", "pods")`. */
  count(verb: RequestInfo["verb"], plural: string): number {
    return this.#byVerb.get(`${verb} ${plural}`) ?? 0;
  }

  /** What was asked at all: `list pods`. */
  asked(): readonly string[] {
    return [...this.#byVerb.keys()];
  }

  /** All writes but those of the resources named. */
  writes(...except: readonly string[]): number {
    return [...this.#byVerb]
      .map(([key, count]) => ({ verb: key.split(" ")[0] ?? "", plural: key.split(" ")[1] ?? "", count }))
      .filter(({ verb, plural }) => !["get", "list", "watch"].includes(verb) && !except.includes(plural))
      .reduce((sum, { count }) => sum + count, 0);
  }

  /** Updates, patches and deletions of one object; creation by POST names none and is not among them. */
  writesTo(plural: string, name: string): number {
    return this.#writes.get(`${plural}/${name}`) ?? 0;
  }

  reset(): void {
    this.#byVerb.clear();
    this.#writes.clear();
    this.#total = 0;
  }
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
