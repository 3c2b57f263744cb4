import { BYTE_VOCABULARY, NETWORK_DIM } from "@ganglion/params";

/** Every number of the mechanism, in one place; docs/market.md says where each comes from. */
export type MixtureParameters = {
  /** Width of a representation. */
  readonly dim: number;
  readonly vocabulary: number;
  readonly gates: {
    /** Sharpness of the softmax over predicted loss differences. */
    readonly beta: number;
    /** Ridge of a feature and of the constant. */
    readonly lambda: number;
    readonly lambdaConstant: number;
    /** Weight of the statistics a step later. */
    readonly decay: number;
    /** Steps between two solves. */
    readonly solveEverySteps: number;
  };
  readonly heads: {
    readonly learningRate: number;
    /** Decoupled: a step shrinks weights by learningRate x decay. */
    readonly decay: number;
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    /** A row weighs (floor + gate) / batch mean. */
    readonly weightFloor: number;
    /** Averaged weights keep min(averageMax, n / (n + averageWarmup)) of the old a step. */
    readonly averageMax: number;
    readonly averageWarmup: number;
  };
  readonly scores: {
    /** Moving average a step. */
    readonly decay: number;
    /** Exact Shapley needs a bound: no context is asked of more, and no row scores more. */
    readonly maxPlayers: number;
  };
  readonly copies: {
    /** Copies in a domain if JN is below; they part when it is above `release`. */
    readonly threshold: number;
    readonly release: number;
    /** Rows that both must have answered in the domain before they can be grouped. */
    readonly minRows: number;
    /** Only predictions that beat the null player by so much (nats a byte, moving average) are compared. */
    readonly minGainNats: number;
    /** A miner has been worth something since it beat the null player by so much, until it falls below the former. */
    readonly worthGainNats: number;
    /** Weight of the newest row in what is known of a miner's last rows in a domain. */
    readonly recentRate: number;
    /** Predictions nearer to the null player than this (bits) are not compared. */
    readonly minInformationBits: number;
    /** Moving average a row of the pair's statistics. */
    readonly decay: number;
    /** Part of the training contexts that a copy is asked for beside its leader. */
    readonly trainingShare: number;
    /** Answers to the probe set below this cosine of the previous ones are a new behaviour. */
    readonly sameBehaviourCosine: number;
  };
  readonly newcomers: {
    readonly replayRows: number;
    readonly replayPasses: number;
    /** No replay with fewer rows than this: it over-fits. */
    readonly minReplayRows: number;
    /** Scored contexts before a newcomer loses its seat and lives by its gate. */
    readonly scoredContexts: number;
  };
};

/** Measured start values. */
export const DEFAULT_PARAMETERS: MixtureParameters = {
  dim: NETWORK_DIM,
  vocabulary: BYTE_VOCABULARY,
  gates: { beta: 8, lambda: 3, lambdaConstant: 0.1, decay: 0.999, solveEverySteps: 10 },
  heads: {
    learningRate: 1e-3,
    decay: 0.5,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightFloor: 0.1,
    averageMax: 0.995,
    averageWarmup: 10,
  },
  scores: { decay: 0.98, maxPlayers: 12 },
  copies: {
    threshold: 0.15,
    release: 0.24,
    minRows: 96,
    minGainNats: 0.1,
    worthGainNats: 0.2,
    recentRate: 1 / 32,
    minInformationBits: 0.02,
    decay: 0.995,
    trainingShare: 0.5,
    sameBehaviourCosine: 0.3,
  },
  newcomers: { replayRows: 8_192, replayPasses: 8, minReplayRows: 2_048, scoredContexts: 128 },
};
