import { type ApiRequest, answer, type Handler, type Reply } from "./exchange.ts";
import { requestInfo } from "./requestInfo.ts";
import { expired, injected } from "./statusError.ts";

/** What happens to a request that a rule matches. */
export type FaultAction =
  /** The connection breaks before the request is handled. */
  | { readonly kind: "cut" }
  /** The request is handled, then the connection breaks: the client cannot know. */
  | { readonly kind: "loseAnswer" }
  /** No answer ever comes. */
  | { readonly kind: "hang" }
  /** An error Status, with a Retry-After header when given. */
  | { readonly kind: "status"; readonly code: number; readonly retryAfterSeconds?: number }
  /** A watch is answered by one ERROR event: its version is too old. */
  | { readonly kind: "expire" }
  /** The answer comes late. */
  | { readonly kind: "slow"; readonly delayMs: number };

export type FaultRule = {
  readonly action: FaultAction;
  /** All when absent. */
  readonly method?: string;
  /** On the path with its query; all when absent. */
  readonly path?: RegExp;
  /** Only watches, or only other requests; both when absent. */
  readonly watch?: boolean;
  /** How often it strikes; for ever when absent. */
  readonly count?: number;
};

/** Faults by rule for requests to come, and by command for streams that are open. */
export class Faults {
  readonly #rules = new Map<symbol, { readonly rule: FaultRule; left: number }>();
  readonly #streams = new Set<GatedReply>();
  readonly #connections = new Set<() => void>();
  #isSilent = false;
  #struck = 0;

  /** How often any rule has struck. */
  get struck(): number {
    return this.#struck;
  }

  /** Watches that are open now. */
  get openWatches(): number {
    return this.#streams.size;
  }

  /** Adds a rule; earlier rules go first. @returns how to take it away */
  add(rule: FaultRule): () => void {
    const id = Symbol("rule");
    this.#rules.set(id, { rule, left: rule.count ?? Number.POSITIVE_INFINITY });
    return () => this.#rules.delete(id);
  }

  /** Takes all rules away and lets silent watches speak again. */
  clear(): void {
    this.#rules.clear();
    this.speak();
  }

  /** From now on nothing arrives on any watch, old or new, yet every connection stays open. */
  silenceWatches(): void {
    this.#isSilent = true;
    for (const stream of this.#streams) stream.close();
  }

  /** Open watches stay silent; new ones speak. */
  hearNewWatches(): void {
    this.#isSilent = false;
  }

  /** Watches go on; what they held back arrives. */
  speak(): void {
    this.#isSilent = false;
    for (const stream of this.#streams) stream.open();
  }

  /** Breaks the open watches. */
  cutWatches(): void {
    for (const stream of this.#streams) stream.cut();
  }

  /** Breaks every open connection. */
  cutAll(): void {
    for (const cut of this.#connections) cut();
  }

  /** Notes a connection that {@link cutAll} breaks. @returns how to forget it */
  holdConnection(cut: () => void): () => void {
    this.#connections.add(cut);
    return () => this.#connections.delete(cut);
  }

  /** The handler with these faults before it. */
  around(handler: Handler): Handler {
    return async (request, reply) => {
      const isWatch = requestInfo(request.method, request.path, request.query)?.verb === "watch";
      const gated = isWatch ? this.#gate(request, reply) : reply;
      const action = this.#strike(request, isWatch);
      switch (action?.kind) {
        case "cut":
          return reply.cut();
        case "loseAnswer":
          return handler(request, {
            start: () => undefined,
            write: () => undefined,
            end: reply.cut,
            cut: reply.cut,
          });
        case "hang":
          return;
        case "status": {
          const { retryAfterSeconds } = action;
          const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
          return answer(
            reply,
            action.code,
            JSON.stringify(injected(action.code, retryAfterSeconds).status),
            headers,
          );
        }
        case "expire":
          return answer(reply, 200, expiredLine());
        case "slow":
          await new Promise((resolve) => setTimeout(resolve, action.delayMs));
          return handler(request, gated);
        case undefined:
          return handler(request, gated);
      }
    };
  }

  #gate(request: ApiRequest, reply: Reply): Reply {
    const gated = new GatedReply(reply);
    if (this.#isSilent) gated.close();
    this.#streams.add(gated);
    request.signal.addEventListener("abort", () => this.#streams.delete(gated), { once: true });
    return gated;
  }

  #strike(request: ApiRequest, isWatch: boolean): FaultAction | undefined {
    for (const [id, entry] of this.#rules) {
      const { rule } = entry;
      if (rule.method !== undefined && rule.method !== request.method) continue;
      if (rule.watch !== undefined && rule.watch !== isWatch) continue;
      if (rule.path !== undefined && !rule.path.test(`${request.path}?${request.query.toString()}`)) continue;
      entry.left -= 1;
      if (entry.left <= 0) this.#rules.delete(id);
      this.#struck += 1;
      return rule.action;
    }
    return undefined;
  }
}

/** Holds an answer back while it is closed. */
class GatedReply implements Reply {
  readonly #reply: Reply;
  #held: (() => void)[] | undefined;

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  close(): void {
    this.#held ??= [];
  }

  open(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const act of held) act();
  }

  start(code: number, headers: Readonly<Record<string, string>>): void {
    this.#do(() => this.#reply.start(code, headers));
  }

  write(chunk: string | Uint8Array): void {
    this.#do(() => this.#reply.write(chunk));
  }

  end(): void {
    this.#do(() => this.#reply.end());
  }

  cut(): void {
    this.#reply.cut();
  }

  #do(act: () => void): void {
    if (this.#held === undefined) act();
    else this.#held.push(act);
  }
}

function expiredLine(): string {
  return `${JSON.stringify({ type: "ERROR", object: expired("too old resource version: 1 (2)").status })}\n`;
}
