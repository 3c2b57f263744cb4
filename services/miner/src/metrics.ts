import { Counter, Gauge, Histogram, type Registry } from "@ganglion/runtime/metrics";

const WAIT_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CONTEXT_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/** What one miner reports; the label `identity` is its name, so that several share a register. */
export type MinerMetrics = {
  readonly request: (method: string) => void;
  readonly refusal: (code: string) => void;
  readonly feedback: (gradients: number) => void;
  readonly batch: (batch: { contexts: number; rows: number; forwardMs: number }) => void;
  readonly queueWait: (waitMs: number) => void;
  readonly queued: (contexts: number) => void;
  readonly generated: (bytes: number) => void;
  readonly neuron: (view: NeuronFigures | undefined) => void;
  readonly transaction: (kind: string, result: string) => void;
  readonly reload: () => void;
};

type NeuronFigures = {
  readonly uid: number;
  /** 0 to 1. */
  readonly incentive: number;
  readonly emissionSpikes: number;
  readonly stakeSpikes: number;
};

/** Metrics of one identity on a register that others may share. */
export function createMinerMetrics(register: Registry, identity: string): MinerMetrics {
  const of = instruments(register);
  const base = { identity };
  return {
    request: (method) => of.requests.inc({ ...base, method }),
    refusal: (code) => of.refusals.inc({ ...base, code }),
    feedback: (gradients) => of.feedback.inc(base, gradients),
    batch: ({ contexts, rows, forwardMs }) => {
      of.batchContexts.observe(base, contexts);
      of.rows.inc(base, rows);
      of.forward.observe(base, forwardMs / 1_000);
    },
    queueWait: (waitMs) => of.queueWait.observe(base, waitMs / 1_000),
    queued: (contexts) => of.queued.set(base, contexts),
    generated: (bytes) => of.generated.inc(base, bytes),
    neuron: (view) => {
      of.registered.set(base, view ? 1 : 0);
      of.uid.set(base, view?.uid ?? -1);
      of.incentive.set(base, view?.incentive ?? 0);
      of.emission.set(base, view?.emissionSpikes ?? 0);
      of.stake.set(base, view?.stakeSpikes ?? 0);
    },
    transaction: (kind, result) => of.transactions.inc({ ...base, kind, result }),
    reload: () => of.reloads.inc(base),
  };
}

function instruments(register: Registry) {
  return { ...counters(register), ...gauges(register), ...histograms(register) };
}

function counters(register: Registry) {
  const counter = (noun: string, help: string, labels: readonly string[] = []): Counter =>
    shared(
      register,
      `ganglion_miner_${noun}_total`,
      Counter,
      (name) => new Counter({ name, help, labelNames: ["identity", ...labels], registers: [register] }),
    );
  return {
    requests: counter("requests", "Requests that passed authentication", ["method"]),
    refusals: counter("refusals", "Requests refused, by code", ["code"]),
    feedback: counter("feedback_gradients", "Gradients received by Feedback"),
    rows: counter("rows", "Representations computed"),
    generated: counter("generated_bytes", "Bytes sent by Generate"),
    transactions: counter("transactions", "Transactions sent to the ledger", ["kind", "result"]),
    reloads: counter("model_reloads", "Newer models taken into service"),
  };
}

function gauges(register: Registry) {
  const gauge = (noun: string, help: string): Gauge =>
    shared(
      register,
      `ganglion_miner_${noun}`,
      Gauge,
      (name) => new Gauge({ name, help, labelNames: ["identity"], registers: [register] }),
    );
  return {
    queued: gauge("queued_contexts", "Contexts that wait for a forward"),
    registered: gauge("registered", "1 while the identity holds a slot"),
    uid: gauge("uid", "The identity's slot; -1 without one"),
    incentive: gauge("incentive_ratio", "Share of the miners' emission at the last epoch"),
    emission: gauge("emission_spikes", "Paid at the last epoch"),
    stake: gauge("stake_spikes", "Stake on the hotkey"),
  };
}

function histograms(register: Registry) {
  const histogram = (noun: string, help: string, buckets: number[]): Histogram =>
    shared(
      register,
      `ganglion_miner_${noun}`,
      Histogram,
      (name) => new Histogram({ name, help, buckets, labelNames: ["identity"], registers: [register] }),
    );
  return {
    batchContexts: histogram("batch_contexts", "Contexts in one forward", CONTEXT_BUCKETS),
    forward: histogram("forward_seconds", "Time of one forward", WAIT_BUCKETS_SECONDS),
    queueWait: histogram("queue_wait_seconds", "Time that a context waited", WAIT_BUCKETS_SECONDS),
  };
}

/** The metric that an earlier miner of this process put on the register, or a new one. */
function shared<T>(
  register: Registry,
  name: string,
  type: abstract new (...parameters: never[]) => T,
  create: (name: string) => T,
): T {
  const present: unknown = register.getSingleMetric(name);
  return present instanceof type ? present : create(name);
}
