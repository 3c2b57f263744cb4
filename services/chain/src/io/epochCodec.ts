import {
  BooleanType,
  ByteListType,
  ByteVectorType,
  ContainerType,
  ListCompositeType,
  UintBigintType,
  UintNumberType,
} from "@chainsafe/ssz";
import type { EpochRecord } from "@ganglion/ledger";
import { asHeight, asSpikes, parseHotkey } from "@ganglion/types";

type Row = EpochRecord["bonds"][number]["row"];

const NEURONS_LIMIT = 1 << 16;
const DOMAINS_LIMIT = 1 << 10;
const NAME_LIMIT = 256;
const HALF_ROW_BYTES = NEURONS_LIMIT * Uint16Array.BYTES_PER_ELEMENT;

const uint16 = new UintNumberType(2);
const count = new UintNumberType(8);
const amount = new UintBigintType(8);
/** The bits of a binary64 as an integer: SSZ has no reals. */
const real = new UintBigintType(8);
const reals = new ByteListType(NEURONS_LIMIT * Float64Array.BYTES_PER_ELEMENT);
/** Uids and values apart: they become typed arrays in one copy. */
const row = { uids: new ByteListType(HALF_ROW_BYTES), values: new ByteListType(HALF_ROW_BYTES) };

const neuronType = new ContainerType({
  hotkey: new ByteVectorType(32),
  registeredAt: count,
  rank: real,
  consensus: real,
  incentive: real,
  dividend: real,
  validatorTrust: real,
  minerEmission: amount,
  validatorEmission: amount,
  consensusEmission: amount,
});
const voteType = new ContainerType({
  validatorUid: uint16,
  stake: real,
  setAt: count,
  rowSum: count,
  ...row,
});
const domainType = new ContainerType({
  name: new ByteListType(NAME_LIMIT),
  sharePpm: new UintNumberType(4),
  effectiveShare: real,
  scoredStake: real,
  medians: reals,
  votes: new ListCompositeType(voteType, NEURONS_LIMIT),
});
const recordType = new ContainerType({
  epoch: count,
  firstHeight: count,
  lastHeight: count,
  countedBlocks: count,
  minted: amount,
  minersMinted: amount,
  validatorsMinted: amount,
  consensusMinted: amount,
  bootstrap: new BooleanType(),
  neurons: new ListCompositeType(neuronType, NEURONS_LIMIT),
  domains: new ListCompositeType(domainType, DOMAINS_LIMIT),
  bonds: new ListCompositeType(new ContainerType({ validatorUid: uint16, ...row }), NEURONS_LIMIT),
});

/** PERF: rows go over as bytes in the machine's own order, as LMDB itself does: a store stays with its machine. */
export function encodeEpoch(record: EpochRecord): Uint8Array {
  return recordType.serialize({
    ...record,
    neurons: record.neurons.map((neuron) => ({
      ...neuron,
      rank: toBits(neuron.rank),
      consensus: toBits(neuron.consensus),
      incentive: toBits(neuron.incentive),
      dividend: toBits(neuron.dividend),
      validatorTrust: toBits(neuron.validatorTrust),
    })),
    domains: record.domains.map((domain) => ({
      name: new TextEncoder().encode(domain.name),
      sharePpm: domain.sharePpm,
      effectiveShare: toBits(domain.effectiveShare),
      scoredStake: toBits(domain.scoredStake),
      medians: bytesOf(domain.medians),
      votes: domain.votes.map(({ row, stake, ...vote }) => ({
        ...vote,
        stake: toBits(stake),
        ...rowBytes(row),
      })),
    })),
    bonds: record.bonds.map(({ validatorUid, row }) => ({ validatorUid, ...rowBytes(row) })),
  });
}

/** Throws for bytes that are no record. */
export function decodeEpoch(bytes: Uint8Array): EpochRecord {
  const { neurons, domains, bonds, ...summary } = recordType.deserialize(bytes);
  return {
    ...summary,
    firstHeight: asHeight(summary.firstHeight),
    lastHeight: asHeight(summary.lastHeight),
    minted: asSpikes(summary.minted),
    minersMinted: asSpikes(summary.minersMinted),
    validatorsMinted: asSpikes(summary.validatorsMinted),
    consensusMinted: asSpikes(summary.consensusMinted),
    neurons: neurons.map((neuron) => ({
      hotkey: parseHotkey(neuron.hotkey),
      registeredAt: neuron.registeredAt,
      rank: fromBits(neuron.rank),
      consensus: fromBits(neuron.consensus),
      incentive: fromBits(neuron.incentive),
      dividend: fromBits(neuron.dividend),
      validatorTrust: fromBits(neuron.validatorTrust),
      minerEmission: asSpikes(neuron.minerEmission),
      validatorEmission: asSpikes(neuron.validatorEmission),
      consensusEmission: asSpikes(neuron.consensusEmission),
    })),
    domains: domains.map((domain) => ({
      name: new TextDecoder().decode(domain.name),
      sharePpm: domain.sharePpm,
      effectiveShare: fromBits(domain.effectiveShare),
      scoredStake: fromBits(domain.scoredStake),
      medians: new Float64Array(domain.medians.slice().buffer),
      votes: domain.votes.map(({ uids, values, stake, ...vote }) => ({
        ...vote,
        stake: fromBits(stake),
        row: toRow(uids, values),
      })),
    })),
    bonds: bonds.map(({ validatorUid, uids, values }) => ({ validatorUid, row: toRow(uids, values) })),
  };
}

const scratch = new DataView(new ArrayBuffer(8));

function toBits(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

function fromBits(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}

function rowBytes({ uids, values }: Row): { uids: Uint8Array; values: Uint8Array } {
  return { uids: bytesOf(uids), values: bytesOf(values) };
}

function toRow(uids: Uint8Array, values: Uint8Array): Row {
  return { uids: new Uint16Array(uids.slice().buffer), values: new Uint16Array(values.slice().buffer) };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint16Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
