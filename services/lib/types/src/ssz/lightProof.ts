import {
  ByteListType,
  ByteVectorType,
  ContainerType,
  ListCompositeType,
  UintBigintType,
  type ValueOf,
} from "@chainsafe/ssz";
import { GanglionError } from "../errors.ts";
import { bytes32Type, countType, u8Type, u32Type } from "./basics.ts";

const NAME_BYTES = 64;
const VALIDATORS_LIMIT = 1_024;
const hashType = new ByteListType(32);

/** A row of the state by its place: `field` in ASCII, `index` 0 where it is no list, `value` its SSZ. */
const proofRowType = new ContainerType({
  field: new ByteListType(NAME_BYTES),
  index: countType,
  value: new ByteListType(1 << 20),
});

/** A block's header under engine solo, and its proposer's signature. */
const soloHeaderType = new ContainerType({
  genesisHash: bytes32Type,
  height: countType,
  timeMs: countType,
  parentHash: bytes32Type,
  proposer: bytes32Type,
  parentStateRoot: bytes32Type,
  transactionsRoot: bytes32Type,
  signature: new ByteVectorType(64),
});

/** What a validator signed of the block; `signed` 0: nothing, and all else is empty. */
const commitSignatureType = new ContainerType({
  signed: u8Type,
  seconds: countType,
  nanos: u32Type,
  signature: new ByteListType(64),
});

/** CometBFT's header, the set that had to sign it in the set's own order, and what each of it signed. */
const cometbftHeaderType = new ContainerType({
  versionBlock: countType,
  versionApp: countType,
  chainId: new ByteListType(NAME_BYTES),
  height: countType,
  seconds: countType,
  nanos: u32Type,
  lastBlockHash: hashType,
  lastPartsTotal: u32Type,
  lastPartsHash: hashType,
  lastCommitHash: hashType,
  dataHash: hashType,
  validatorsHash: hashType,
  nextValidatorsHash: hashType,
  consensusHash: hashType,
  appHash: hashType,
  lastResultsHash: hashType,
  evidenceHash: hashType,
  proposerAddress: hashType,
  round: u32Type,
  partsTotal: u32Type,
  partsHash: bytes32Type,
  validators: new ListCompositeType(
    new ContainerType({ consensusKey: bytes32Type, power: new UintBigintType(8) }),
    VALIDATORS_LIMIT,
  ),
  signatures: new ListCompositeType(commitSignatureType, VALIDATORS_LIMIT),
});

/** Exactly one of the two headers: of the block after the state. `helpers` are the multiproof's other nodes. */
const lightProofType = new ContainerType({
  rows: new ListCompositeType(proofRowType, 64),
  helpers: new ListCompositeType(bytes32Type, 4_096),
  solo: new ListCompositeType(soloHeaderType, 1),
  cometbft: new ListCompositeType(cometbftHeaderType, 1),
});

export type ProofRow = Readonly<ValueOf<typeof proofRowType>>;
export type SoloHeader = Readonly<ValueOf<typeof soloHeaderType>>;
export type CometbftHeader = Readonly<ValueOf<typeof cometbftHeaderType>>;
/** Rows of a state, and what shows to somebody who has neither that they are the ledger's. */
export type LightProof = {
  readonly rows: readonly ProofRow[];
  /** 32 bytes each, in the order of `helperIndices`. */
  readonly helpers: readonly Uint8Array[];
  readonly header:
    | { readonly engine: "solo"; readonly value: SoloHeader }
    | { readonly engine: "cometbft"; readonly value: CometbftHeader };
};

export function encodeLightProof({ rows, helpers, header }: LightProof): Uint8Array {
  return lightProofType.serialize({
    rows: [...rows],
    helpers: [...helpers],
    solo: header.engine === "solo" ? [header.value] : [],
    cometbft: header.engine === "cometbft" ? [header.value] : [],
  });
}

/** @throws GanglionError PROOF_MALFORMED */
export function decodeLightProof(bytes: Uint8Array): LightProof {
  try {
    const { rows, helpers, solo, cometbft } = lightProofType.deserialize(bytes);
    const [alone] = solo;
    const [decided] = cometbft;
    const counts = [
      ...rows.map(({ index }) => index),
      ...solo.flatMap(soloCounts),
      ...cometbft.flatMap(countsOf),
    ];
    if (!counts.every(Number.isSafeInteger)) throw malformed();
    if (alone !== undefined && decided === undefined)
      return { rows, helpers, header: { engine: "solo", value: alone } };
    if (decided !== undefined && alone === undefined)
      return { rows, helpers, header: { engine: "cometbft", value: decided } };
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed();
}

function soloCounts({ height, timeMs }: SoloHeader): number[] {
  return [height, timeMs];
}

function countsOf({ versionBlock, versionApp, height, seconds, signatures }: CometbftHeader): number[] {
  return [versionBlock, versionApp, height, seconds, ...signatures.map((vote) => vote.seconds)];
}

function malformed(cause?: unknown): GanglionError {
  return new GanglionError("PROOF_MALFORMED", "this is no proof: ask a node for another", {}, { cause });
}
