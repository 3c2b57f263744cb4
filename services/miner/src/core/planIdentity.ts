/** A slot as the ledger shows it. */
export type SlotView = {
  readonly uid: number;
  readonly isMiner: boolean;
  readonly host: string;
  readonly port: number;
  readonly modelDigest: Uint8Array;
};

/** Everything that decides what an identity does next, read at one moment. */
export type Observed = {
  readonly nowMs: number;
  /** Undefined: the ledger has not been seen yet. */
  readonly chain: { readonly height: number; readonly epoch: number } | undefined;
  readonly slot: SlotView | undefined;
  /** Undefined: there is no model yet. */
  readonly model: { readonly digest: Uint8Array; readonly readySinceEpoch: number | undefined } | undefined;
  /** Undefined: not asked or not answered; needed only to burn. */
  readonly burnPriceSpikes: bigint | undefined;
  /** Free balance of who pays; needed only to burn. */
  readonly payerBalanceSpikes: bigint | undefined;
  /** Burns that were tried in the last 24 hours. */
  readonly registrationsToday: number;
  /** When this identity last told the ledger where it serves. */
  readonly servedAtMs: number | undefined;
  /** Height of its last transaction; a view from before says nothing about what it did. */
  readonly actedAtHeight: number;
  /** No attempt before this time, because earlier ones failed. */
  readonly retryAtMs: number;
};

export type Desired = {
  readonly mode: "work" | "burn" | "none";
  readonly maxPriceSpikes: bigint;
  readonly maxPerDay: number;
  readonly afterEpochs: number;
  readonly host: string;
  readonly port: number;
};

export type IdentityState = "waitingForModel" | "waitingForChain" | "registering" | "refused" | "serving";

export type IdentityAction =
  | { readonly kind: "none" }
  | { readonly kind: "registerByWork" }
  | { readonly kind: "registerByBurn"; readonly maxPriceSpikes: bigint }
  | {
      readonly kind: "serve";
      readonly host: string;
      readonly port: number;
      readonly modelDigest: Uint8Array;
    };

export type IdentityPlan = {
  readonly state: IdentityState;
  /** For people. */
  readonly detail: string;
  readonly action: IdentityAction;
  /** Look again then, even if the ledger does not change; undefined: the ledger's next change is enough. */
  readonly requeueAfterMs: number | undefined;
};

/** A model that improves every few seconds is not told to the ledger more often than this. */
const SERVE_INTERVAL_MS = 20_000;

/**
 * What an identity does next: nothing before it has a model and sees the ledger; then it takes a slot within its
 * limits, keeps address and model digest on the ledger right, and begins again when it lost the slot.
 */
export function planIdentity(desired: Desired, observed: Observed): IdentityPlan {
  const { chain, model, slot } = observed;
  if (chain === undefined) return plan("waitingForChain", "no view of the ledger yet");
  if (model === undefined) return plan("waitingForModel", "no model yet");
  if (chain.height < observed.actedAtHeight)
    return plan("registering", "waits until the ledger shows its transaction");
  return slot === undefined
    ? planRegistration(desired, observed, chain.epoch, model.readySinceEpoch ?? chain.epoch)
    : planServing(desired, observed, slot, model.digest);
}

function planRegistration(
  desired: Desired,
  observed: Observed,
  epoch: number,
  readySinceEpoch: number,
): IdentityPlan {
  if (desired.mode === "none") return plan("refused", "not registered, and registration is off");
  // The epoch in which the model got ready has begun already, so it does not count as waited.
  const firstEpoch = desired.afterEpochs > 0 ? readySinceEpoch + desired.afterEpochs + 1 : 0;
  if (epoch < firstEpoch) return plan("registering", `registers from epoch ${firstEpoch} on`);
  const backoff = backoffOf(observed);
  if (backoff !== undefined) return plan("registering", "waits after a failure", { kind: "none" }, backoff);
  return desired.mode === "work"
    ? plan("registering", "looks for a proof of work", { kind: "registerByWork" })
    : planBurn(desired, observed);
}

/** Fails closed: without a price and a balance nothing is spent. */
function planBurn({ maxPriceSpikes, maxPerDay }: Desired, observed: Observed): IdentityPlan {
  if (observed.registrationsToday >= maxPerDay)
    return plan("refused", `${maxPerDay} burns in 24 hours are all that is allowed`);
  const { burnPriceSpikes: price, payerBalanceSpikes: balance } = observed;
  if (price === undefined || balance === undefined)
    return plan("registering", "does not know the price and the balance yet");
  if (price > maxPriceSpikes)
    return plan("refused", `the burn price of ${price} spikes is above the limit of ${maxPriceSpikes}`);
  if (balance < price)
    return plan("refused", `the payer's ${balance} spikes do not cover the price of ${price}`);
  return plan("registering", `burns up to ${maxPriceSpikes} spikes`, {
    kind: "registerByBurn",
    maxPriceSpikes,
  });
}

function planServing(
  desired: Desired,
  observed: Observed,
  slot: SlotView,
  modelDigest: Uint8Array,
): IdentityPlan {
  const addressRight = slot.isMiner && slot.host === desired.host && slot.port === desired.port;
  const modelRight = sameBytes(slot.modelDigest, modelDigest);
  const state = addressRight ? "serving" : "registering";
  if (addressRight && modelRight) return plan("serving", `serves as neuron ${slot.uid}`);
  const backoff = backoffOf(observed);
  if (backoff !== undefined) return plan(state, "waits after a failure", { kind: "none" }, backoff);
  const restMs = (observed.servedAtMs ?? -Infinity) + SERVE_INTERVAL_MS - observed.nowMs;
  if (addressRight && restMs > 0)
    return plan("serving", "tells the ledger of its newer model soon", { kind: "none" }, restMs);
  const { host, port } = desired;
  return plan(state, "tells the ledger where it serves", { kind: "serve", host, port, modelDigest });
}

function backoffOf({ nowMs, retryAtMs }: Observed): number | undefined {
  return nowMs < retryAtMs ? retryAtMs - nowMs : undefined;
}

function plan(
  state: IdentityState,
  detail: string,
  action: IdentityAction = { kind: "none" },
  requeueAfterMs?: number,
): IdentityPlan {
  return { state, detail, action, requeueAfterMs };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
