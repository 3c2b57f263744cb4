import { Counter, Gauge, Histogram, type Registry } from "@ganglion/runtime/metrics";
import { faultLabel } from "./faultLabel.ts";

/** `ganglion_validator_*`; several validators share one register and differ by the label `validator`. */
export type ValidatorMetrics = ReturnType<typeof createValidatorMetrics>;

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10];

export function createValidatorMetrics(register: Registry, validator: string) {
  const counter = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    existing<Counter<string>>(register, name) ??
    new Counter({ name, help, labelNames: ["validator", ...labels], registers: [register] });
  const gauge = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    existing<Gauge<string>>(register, name) ??
    new Gauge({ name, help, labelNames: ["validator", ...labels], registers: [register] });
  const histogram = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    existing<Histogram<string>>(register, name) ??
    new Histogram({
      name,
      help,
      labelNames: ["validator", ...labels],
      buckets: SECONDS,
      registers: [register],
    });
  const steps = counter("ganglion_validator_steps_total", "Market steps done", []);
  const rows = counter("ganglion_validator_scored_rows_total", "Held-back bytes scored", ["domain"]);
  const weights = counter("ganglion_validator_weights_total", "Commits and reveals by result", [
    "kind",
    "code",
  ]);
  const faults = counter("ganglion_validator_miner_faults_total", "Answers that failed, by code", ["code"]);
  const parts = histogram("ganglion_validator_step_seconds", "Duration of a step's parts", ["part"]);
  const forwards = histogram("ganglion_validator_forward_seconds", "Duration of Forward calls", ["miner"]);
  const joint = gauge("ganglion_validator_joint_bits_per_byte", "Mixture on scored bytes", ["domain"]);
  const single = gauge("ganglion_validator_best_single_bits_per_byte", "Best own head", ["domain"]);
  const left = gauge("ganglion_validator_scoring_bytes_left", "Held-back bytes not spent yet", ["domain"]);
  const routing = gauge("ganglion_validator_routing_ratio", "Mean gate on scored bytes", ["domain", "miner"]);
  const score = gauge("ganglion_validator_score_nats", "Paid score, nats a byte", ["domain", "miner"]);
  const outdated = gauge(
    "ganglion_validator_outdated",
    "1: the ledger refuses weights of this version; update the validator",
    [],
  );
  const checkpoint = histogram("ganglion_validator_checkpoint_seconds", "Duration of a checkpoint", []);
  return {
    stepped: () => steps.inc({ validator }),
    part: (part: string, seconds: number) => parts.observe({ validator, part }, seconds),
    scored: (domain: string) => rows.inc({ validator, domain }),
    submitted: (kind: string, code: string) => weights.inc({ validator, kind, code }),
    asked: (miner: string, seconds: number, code: string) => {
      forwards.observe({ validator, miner }, seconds);
      if (code !== "OK") faults.inc({ validator, code: faultLabel(code) });
    },
    domain: (domain: string, values: { joint: number; single: number; left: number }) => {
      joint.set({ validator, domain }, values.joint);
      single.set({ validator, domain }, values.single);
      left.set({ validator, domain }, values.left);
    },
    miner: (domain: string, miner: string, values: { routing: number; score: number }) => {
      routing.set({ validator, domain, miner }, values.routing);
      score.set({ validator, domain, miner }, values.score);
    },
    outdated: (value: boolean) => outdated.set({ validator }, Number(value)),
    checkpointed: (seconds: number) => checkpoint.observe({ validator }, seconds),
  };
}

/** A metric of this name that another validator of the process registered; the names are ours, so is the type. */
function existing<Metric>(register: Registry, name: string): Metric | undefined {
  return register.getSingleMetric(name) as Metric | undefined;
}
