import type { ConformanceCase } from "./compareCase.ts";
import type { JsonRecord } from "./readVectors.ts";
import {
  runColumnMedian,
  runDemand,
  runEmissionCurve,
  runMaxLimit,
  runMaxUpscale,
  runMedian,
} from "./ruleKinds.ts";
import { runSigmoidCases } from "./sigmoidKinds.ts";
import { runUniformYuma, runYumaCases, runYumaEpochs } from "./yumaKinds.ts";

type RunKind = (kind: string, value: unknown, file: JsonRecord) => ConformanceCase[];

export type KnownFile = {
  /** The file's own `id` field, if it has one. */
  readonly id?: string;
  /** By top key: how to run it. */
  readonly kinds: Readonly<Record<string, RunKind>>;
  /** Top keys that describe and hold no cases. */
  readonly facts?: readonly string[];
  /** Top keys with cases of rules that this ledger has not, on purpose. */
  readonly unsupported?: readonly string[];
};

const yumaEpochs: RunKind = (kind, value) => runYumaEpochs(kind, value);

/** Files of vectors by name. */
export const FILES: Readonly<Record<string, KnownFile>> = {
  yuma_01_bonds_ema_8_epochs: {
    id: "bonds_ema",
    kinds: { epochs: yumaEpochs },
    facts: ["network", "raw_weights_submitted"],
  },
  yuma_03_outdated_weights: { id: "outdated_weights", kinds: { epochs: yumaEpochs } },
  yuma_05_self_weights_only: { id: "self_weights", kinds: { epochs: yumaEpochs } },
  yuma_06_512_uniform: { id: "512_uniform", kinds: { inputs: runUniformYuma }, facts: ["expected_upstream"] },
  yuma_07_yuma3_kappa_moves_first: {
    id: "yuma_07_yuma3_kappa_moves_first",
    kinds: { epochs: yumaEpochs },
  },
  yuma_09_yuma3_kappa_moves_last: {
    id: "yuma_09_yuma3_kappa_moves_last",
    kinds: { epochs: yumaEpochs },
  },
  yuma_14_derived_only: { id: "derived", kinds: { cases: runYumaCases } },
  yuma_nakamoto_sigmoid: { kinds: { cases: runSigmoidCases }, facts: ["variants", "tolerance"] },
  emission_halving: {
    kinds: { finney: runEmissionCurve },
    unsupported: ["nakamoto", "kusanagi_2021", "subnet_split_current"],
  },
  difficulty_adjustment: {
    kinds: { upstream_cases: runDemand },
    facts: ["finney_case_table"],
    unsupported: ["nakamoto"],
  },
  math_units: {
    kinds: {
      weighted_median: runMedian,
      weighted_median_col: runColumnMedian,
      vec_max_upscale_to_u16: runMaxUpscale,
      vec_u16_max_upscale_to_u16: runMaxUpscale,
      check_vec_max_limited: runMaxLimit,
    },
  },
  pow_seal: {
    kinds: {},
    facts: ["eras", "registration_rules"],
    unsupported: ["upstream", "meets_upstream", "derived", "keccak256_sanity"],
  },
  registration_pruning_priority: {
    kinds: {},
    unsupported: [
      "nakamoto_priority",
      "nakamoto_prune_2022_03",
      "nakamoto_prune_2023",
      "finney_prune_v1",
      "current_prune",
    ],
  },
  validator_scoring: {
    kinds: {},
    unsupported: [
      "scaling_law",
      "routing_target",
      "synergy",
      "ema",
      "salience_2022_04",
      "fisher_2021_10_to_2022_03",
      "fisher_approximation_v2_0_4_unused",
    ],
  },
  weights_encoding: {
    kinds: {},
    facts: ["nakamoto_rules"],
    unsupported: ["nakamoto_normalize_u32", "finney_u16_max_upscale", "normalize_max_multiple"],
  },
};
