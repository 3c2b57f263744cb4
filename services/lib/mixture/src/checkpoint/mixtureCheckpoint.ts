import { GanglionError } from "@ganglion/types";
import { FEATURE_COUNT } from "../features/contextFeatures.ts";
import { HEAD_TENSORS, headShape } from "../heads/headState.ts";
import { noSums } from "../state/miners.ts";
import type {
  DepartedMiner,
  DomainState,
  MinerKey,
  MinerState,
  MinerSums,
  MixtureState,
  PairState,
} from "../state/mixtureState.ts";
import { ArrayReader, joinArrays } from "./arrays.ts";

const VERSION = 1;

/** What is not a typed array, as JSON: binary64 survives it exactly. */
type Header = {
  readonly version: number;
  readonly parameters: MixtureState["parameters"];
  readonly step: number;
  readonly domains: readonly (Omit<DomainState, "leaders"> & {
    readonly leaders: readonly (readonly [MinerKey, MinerKey])[];
  })[];
  readonly miners: readonly MinerHeader[];
  readonly pairs: readonly PairState[];
  /** Absent in what was written before departed miners were kept. */
  readonly departed?: readonly DepartedHeader[];
};

type DepartedHeader = Omit<DepartedMiner, "probe" | "worthSince"> & {
  readonly probeValues: number;
  /** Absent in what was written before it was kept. */
  readonly worthSince?: DepartedMiner["worthSince"];
};

type MinerHeader = {
  readonly key: MinerKey;
  readonly joinedStep: number;
  readonly updates: number;
  readonly averagedUpdates: number;
  readonly contexts: number;
  readonly solvedContexts: number;
  readonly solvedStep: number;
  readonly scoredContexts: number;
  readonly replayed: boolean;
  readonly behaviourSince: number;
  /** Values of the last probe, 0 when there was none. */
  readonly probeValues: number;
  readonly sums: readonly MinerSums[];
};

/** Versioned bytes of the whole state; decode(encode(s)) continues bit by bit as s would. */
export function encodeMixtureState(state: MixtureState): Uint8Array<ArrayBuffer> {
  const miners = [...state.miners.values()];
  const header: Header = {
    version: VERSION,
    parameters: state.parameters,
    step: state.step,
    domains: state.domains.map((domain) => ({ ...domain, leaders: [...domain.leaders] })),
    miners: miners.map(minerHeader),
    pairs: [...state.pairs.values()],
    departed: state.departed.map(({ probe, ...departed }) => ({ ...departed, probeValues: probe.length })),
  };
  const arrays = miners.flatMap(({ head, gate, probe }) => [
    ...HEAD_TENSORS.map((name) => head.tensors[name] ?? new Float32Array(0)),
    gate.covariance,
    gate.cross,
    gate.coefficients,
    probe ?? new Float32Array(0),
  ]);
  return joinArrays(JSON.stringify(header), [
    state.nullCounts,
    ...arrays,
    ...state.departed.map(({ probe }) => probe),
  ]);
}

/** @throws GanglionError MIXTURE_BAD_CHECKPOINT when the bytes are cut, altered in form, or of another version */
export function decodeMixtureState(bytes: Uint8Array): MixtureState {
  try {
    const reader = new ArrayReader(bytes);
    const header = JSON.parse(reader.text) as Header;
    if (header.version !== VERSION) throw new RangeError(`version ${header.version}`);
    const { parameters } = header;
    const state: MixtureState = {
      parameters,
      domains: header.domains.map((domain) => ({ ...domain, leaders: new Map(domain.leaders) })),
      nullCounts: reader.doubles(header.domains.length * parameters.vocabulary),
      step: header.step,
      miners: new Map(header.miners.map((miner) => [miner.key, readMiner(miner, parameters, reader)])),
      pairs: new Map(header.pairs.map((pair) => [`${pair.first} ${pair.second}`, pair])),
      departed: (header.departed ?? []).map(({ probeValues, ...departed }) => ({
        ...departed,
        worthSince: departed.worthSince ?? [],
        probe: reader.int8(probeValues),
      })),
    };
    reader.finish();
    return state;
  } catch (cause) {
    throw new GanglionError(
      "MIXTURE_BAD_CHECKPOINT",
      "the checkpoint is damaged or of another version; start from an older one, or without",
      {},
      { cause },
    );
  }
}

function minerHeader(miner: MinerState): MinerHeader {
  const { head, gate } = miner;
  return {
    key: miner.key,
    joinedStep: miner.joinedStep,
    updates: head.updates,
    averagedUpdates: head.averagedUpdates,
    contexts: gate.contexts,
    solvedContexts: gate.solvedContexts,
    solvedStep: gate.solvedStep,
    scoredContexts: miner.scoredContexts,
    replayed: miner.replayed,
    behaviourSince: miner.behaviourSince,
    probeValues: miner.probe?.length ?? 0,
    sums: miner.sums,
  };
}

function readMiner(
  header: MinerHeader,
  parameters: MixtureState["parameters"],
  reader: ArrayReader,
): MinerState {
  const tensors = Object.fromEntries(
    HEAD_TENSORS.map((name) => {
      const size = headShape(name, parameters).reduce((product, length) => product * length, 1);
      return [name, reader.floats(size)];
    }),
  );
  const { contexts, solvedContexts, solvedStep } = header;
  return {
    key: header.key,
    joinedStep: header.joinedStep,
    head: { updates: header.updates, averagedUpdates: header.averagedUpdates, tensors },
    gate: {
      covariance: reader.doubles((FEATURE_COUNT * (FEATURE_COUNT + 1)) / 2),
      cross: reader.doubles(FEATURE_COUNT),
      coefficients: reader.doubles(FEATURE_COUNT),
      contexts,
      solvedContexts,
      solvedStep,
    },
    // JSON drops what is undefined, and an earlier program knew fewer.
    sums: header.sums.map((sums) => ({ ...noSums(), ...sums })),
    scoredContexts: header.scoredContexts,
    replayed: header.replayed,
    behaviourSince: header.behaviourSince,
    probe: header.probeValues === 0 ? undefined : reader.floats(header.probeValues),
  };
}
