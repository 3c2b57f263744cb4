import { InvariantError } from "@ganglion/types";
import type { MixtureParameters } from "./parameters.ts";

export { DEFAULT_PARAMETERS, type MixtureParameters } from "./parameters.ts";

/** Names one tenure of one miner: the caller's choice (hotkey in hex, and the slot's registration height). ASCII. */
export type MinerKey = string;

/** A tensor as an inference session takes and gives it. */
export type TensorData =
  | { readonly type: "float32"; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly type: "int32"; readonly dims: readonly number[]; readonly data: Int32Array };

/** Hashed bigrams of a context: the buckets set, each of value 1 / sqrt(buckets), and a constant 1. */
export type ContextFeatures = { readonly buckets: Uint16Array; readonly value: number };

/** One head: weights [dim x vocabulary], bias, their moments, their average. Arrays are replaced by training. */
export type HeadState = {
  readonly updates: number;
  /** Named as the training model's inputs are. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
};

/** What the mixture knows of a miner (moving averages are per domain, in the order of `MixtureState.domains`). */
export type MinerState = {
  readonly key: MinerKey;
  readonly joinedStep: number;
  head: HeadState;
  /** Scored contexts that it answered. */
  scoredContexts: number;
  replayed: boolean;
  /** Step since which it behaves as it does now, by its answers to the repeated probe set. */
  behaviourSince: number;
};

/** Everything that a step needs; plain and serialisable (`encodeMixtureState`). Mutated only by functions of this package. */
export type MixtureState = {
  readonly parameters: MixtureParameters;
  readonly domains: readonly string[];
  step: number;
  readonly miners: Map<MinerKey, MinerState>;
};

const todo = (): never => {
  throw new InvariantError("not written yet");
};

// --- state -------------------------------------------------------------------------------------------------
/** A market without miners. `domains` fixes the order of per-domain values. */
export const createMixtureState = (_options: {
  domains: readonly string[];
  parameters?: MixtureParameters;
}): MixtureState => todo();
/** A miner that came: zero head, no statistics, a newcomer. @throws MIXTURE_MINER_EXISTS */
export const addMiner = (_state: MixtureState, _key: MinerKey): void => todo();
/** A miner that left or whose slot was replaced: all that was known of it goes. */
export const removeMiner = (_state: MixtureState, _key: MinerKey): void => todo();
/** Its model changed: the head stays, its averaged weights and moments adapt quickly again. */
export const markModelChanged = (_state: MixtureState, _key: MinerKey): void => todo();
/** Versioned bytes of the whole state; decode(encode(s)) continues bit by bit as s would. */
export const encodeMixtureState = (_state: MixtureState): Uint8Array => todo();
/** @throws GanglionError MIXTURE_BAD_CHECKPOINT */
export const decodeMixtureState = (_bytes: Uint8Array): MixtureState => todo();

// --- representations ---------------------------------------------------------------------------------------
export type NormalisedRows =
  | { readonly ok: true; readonly rows: Float32Array }
  | { readonly ok: false; readonly fault: "wrongShape" | "notFinite" | "tooLarge"; readonly row: number };
/** Checks raw representations [rows x dim] and gives each row mean 0 and deviation 1 (a constant row gives zeros). */
export const normaliseRows = (_raw: Float32Array, _rows: number, _dim: number): NormalisedRows => todo();

// --- routing -----------------------------------------------------------------------------------------------
/** Features of the prefix that the router may see (never of bytes to be predicted). */
export const contextFeatures = (_prefix: Uint8Array): ContextFeatures => todo();
/** Deterministic numbers in [0, 1); `state` can be stored and passed back as the seed. */
export type Random = { readonly next: () => number; readonly state: () => number };
export const createRandom = (_seed: number): Random => todo();

export type AskContext = {
  readonly features: ContextFeatures;
  /** undefined for user text. */
  readonly domain: string | undefined;
  /** probe rows also ask copies, so that their similarity stays measured. */
  readonly purpose: "scored" | "probe" | "training" | "serving";
};
export type AskOptions = {
  readonly k: number;
  /** Seats beside the k for miners on probation, and for one random other miner. */
  readonly newcomerSeats: number;
  readonly explorationSeats: number;
  readonly random: Random;
  /** Those that can be reached now; relative capacity (contexts a second), 1 when unknown. */
  readonly reachable: ReadonlyMap<MinerKey, number>;
};
/** Whom to ask for each context, in order of gate x capacity: k best, then newcomers, then explorers. */
export const planAsks = (
  _state: MixtureState,
  _contexts: readonly AskContext[],
  _options: AskOptions,
): readonly (readonly MinerKey[])[] => todo();
/** Gates over exactly these miners and the null player, which is last; sums to 1. */
export const computeGates = (
  _state: MixtureState,
  _features: ContextFeatures,
  _miners: readonly MinerKey[],
): Float64Array => todo();

// --- heads -------------------------------------------------------------------------------------------------
/** ONNX bytes of one training step of one head over any number of rows. */
export const buildTrainingModel = (_parameters: MixtureParameters): Uint8Array => todo();
/** ONNX bytes: representations [rows, dim] and averaged weights -> probabilities [rows, vocabulary]. */
export const buildPredictionModel = (_parameters: MixtureParameters): Uint8Array => todo();

export type TrainingRows = {
  /** Normalised, [rows x dim]. */
  readonly representations: Float32Array;
  /** Next bytes. */
  readonly targets: Uint8Array;
  /** This miner's gate in each row's context. */
  readonly gates: Float32Array;
};
/** Feeds of the training model; run it, then hand its outputs to `applyTraining`. */
export const trainingFeeds = (
  _state: MixtureState,
  _key: MinerKey,
  _rows: TrainingRows,
): Readonly<Record<string, TensorData>> => todo();
/** Takes the new weights over; refuses (false, old weights stay) when the loss is not finite. */
export const applyTraining = (
  _state: MixtureState,
  _key: MinerKey,
  _outputs: Readonly<Record<string, TensorData>>,
): { readonly loss: number; readonly applied: boolean } => todo();
/** Counts the null player's unigrams: once for each training row's target. */
export const countTargets = (_state: MixtureState, _targets: Uint8Array): void => todo();
/** Feeds of the prediction model with this miner's averaged weights. */
export const predictionFeeds = (
  _state: MixtureState,
  _key: MinerKey,
  _representations: Float32Array,
): Readonly<Record<string, TensorData>> => todo();
/** The prediction model's output: probabilities [rows x vocabulary]. */
export const readPredictions = (_outputs: Readonly<Record<string, TensorData>>): Float32Array => todo();

// --- scores ------------------------------------------------------------------------------------------------
export type ScoredContext = {
  readonly domain: string;
  readonly features: ContextFeatures;
  /** The byte that followed, known to the validator only. */
  readonly target: number;
  /** Probe rows are measured for similarity and gates, and pay copies nothing. */
  readonly purpose: "scored" | "probe";
};
/** A miner's answers in time: predictions[i] belongs to contexts[contextIndices[i]]. */
export type MinerAnswers = {
  readonly contextIndices: Int32Array;
  /** [contextIndices.length x vocabulary], from the prediction model. */
  readonly probabilities: Float32Array;
};
export type ScoreInput = {
  readonly contexts: readonly ScoredContext[];
  readonly answers: ReadonlyMap<MinerKey, MinerAnswers>;
};
export type PlayerScore = {
  readonly miner: MinerKey;
  readonly gate: number;
  /** p_i of the byte that followed. */
  readonly probability: number;
  /** Nats. */
  readonly shapley: number;
  readonly leaveOneOut: number;
  readonly fisher: number;
};
/** One scored row. Losses in nats; divide by ln 2 for bits. */
export type RowScore = {
  readonly domain: string;
  readonly jointLoss: number;
  readonly nullLoss: number;
  readonly bestSingle: { readonly miner: MinerKey; readonly loss: number } | undefined;
  readonly players: readonly PlayerScore[];
};
/** Scores of fresh rows, one a context, before any update. Pure: reads the state only. */
export const scoreRows = (_state: MixtureState, _input: ScoreInput): readonly RowScore[] => todo();
/** Lets a step's scores count: moving averages, gate statistics (solved when due), similarity; ends the step. */
export const applyScores = (_state: MixtureState, _input: ScoreInput, _scores: readonly RowScore[]): void =>
  todo();

// --- copies ------------------------------------------------------------------------------------------------
/** A miner's normalised answers to the repeated probe set [probes x dim], this step. */
export const recordProbe = (_state: MixtureState, _key: MinerKey, _representations: Float32Array): void =>
  todo();
/** leader by member, for members other than their leader. */
export type CopyGroups = ReadonlyMap<MinerKey, MinerKey>;
/** Who copies whom in a domain now. */
export const copyGroups = (_state: MixtureState, _domain: string): CopyGroups => todo();

// --- weights, reports, serving -----------------------------------------------------------------------------
/** A domain's sub-row: entries of weight > 0, largest = 65,535; empty when nobody earned. */
export const weightRow = (
  _state: MixtureState,
  _domain: string,
): readonly { readonly miner: MinerKey; readonly weight: number }[] => todo();

export type MinerInDomain = {
  readonly miner: MinerKey;
  /** Mean gate over the domain's scored rows. */
  readonly routing: number;
  /** Shapley, moving average, clipped at zero, nats a byte: what is paid. */
  readonly score: number;
  readonly leaveOneOut: number;
  readonly fisher: number;
  /** Own head on the rows that it answered; undefined before the first. */
  readonly ownBitsPerByte: number | undefined;
  /** Share of the domain's sub-row, 0 to 1. */
  readonly weight: number;
  /** Its group's credited member; itself when alone. */
  readonly leader: MinerKey;
  /** Least JN to another miner, undefined before enough rows. */
  readonly nearest: { readonly miner: MinerKey; readonly distance: number } | undefined;
};
export type DomainReport = {
  readonly domain: string;
  readonly scoredRows: number;
  /** undefined before the first row. */
  readonly jointBitsPerByte: number | undefined;
  readonly bestSingle: { readonly miner: MinerKey; readonly bitsPerByte: number } | undefined;
  readonly miners: readonly MinerInDomain[];
};
export const reportDomain = (_state: MixtureState, _domain: string): DomainReport => todo();

/** p = sum of g_i p_i + g_0 p_0 for one context. */
export const mixPredictions = (
  _state: MixtureState,
  _features: ContextFeatures,
  _predictions: ReadonlyMap<MinerKey, Float32Array>,
): { readonly probabilities: Float64Array; readonly shares: ReadonlyMap<MinerKey, number> } => todo();

// --- newcomers ---------------------------------------------------------------------------------------------
/** Stored replies (made before the answer was known), as float16, to train a newcomer's head from. */
export type ReplayBuffer = {
  readonly rows: number;
  readonly push: (rows: TrainingRows) => void;
  /** Rows of one training step, each stored row once a pass, in an order given by the seed. */
  readonly batches: (batchRows: number, seed: number) => Iterable<TrainingRows>;
};
export const createReplayBuffer = (_options: { capacityRows: number; dim: number }): ReplayBuffer => todo();
/** "collect" until there are rows enough, "replay" once (8 passes), then "serve". */
export const newcomerPhase = (
  _state: MixtureState,
  _key: MinerKey,
  _storedRows: number,
): "collect" | "replay" | "serve" => todo();
/** Call after the replay's last batch. */
export const markReplayed = (_state: MixtureState, _key: MinerKey): void => todo();
/** Whether the miner still holds a newcomer's seat. */
export const onProbation = (_state: MixtureState, _key: MinerKey): boolean => todo();
