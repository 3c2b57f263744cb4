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
import { runUniformYuma, runYumaCases, runYumaEpochs } from "./yumaKinds.ts";

export type RunKind = (kind: string, value: unknown, file: JsonRecord) => ConformanceCase[];

export type KnownFile = {
  /** The file's own `id` field, if it has one. */
  readonly id?: string;
  /** By top key: how to run it, or "unsupported" until a later rule set covers it. */
  readonly kinds: Readonly<Record<string, RunKind | "unsupported">>;
  /** Top keys that describe and hold no cases. */
  readonly facts?: readonly string[];
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
  yuma_14_derived_only: { id: "derived", kinds: { cases: runYumaCases } },
  emission_halving: {
    kinds: {
      finney: runEmissionCurve,
      nakamoto: "unsupported",
      kusanagi_2021: "unsupported",
      subnet_split_current: "unsupported",
    },
  },
  difficulty_adjustment: {
    kinds: { upstream_cases: runDemand, nakamoto: "unsupported" },
    facts: ["finney_case_table"],
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
};
