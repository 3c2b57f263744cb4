import {
  ByteListType,
  ByteVectorType,
  ContainerType,
  ListCompositeType,
  UintBigintType,
  UintNumberType,
} from "@chainsafe/ssz";
import { domainTag, protocolParamsType } from "@ganglion/types";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { paramsToRow } from "../state/params.ts";
import type { GenesisDoc, GenesisStart } from "./genesisDoc.ts";

const textType = new ByteListType(256);
const genesisType = new ContainerType(
  {
    chainId: textType,
    preset: textType,
    params: protocolParamsType,
    timeMs: new UintNumberType(8),
    domains: new ListCompositeType(
      new ContainerType({ name: textType, sharePpm: new UintNumberType(4) }),
      1024,
    ),
    validators: new ListCompositeType(
      new ContainerType({
        hotkey: new ByteVectorType(32),
        consensusKey: new ByteVectorType(32),
        owner: new ByteVectorType(20),
        power: new UintBigintType(8),
      }),
      1024,
    ),
  },
  { typeName: "Genesis" },
);

const startType = new ContainerType({
  height: new UintNumberType(8),
  signers: new ListCompositeType(
    new ContainerType({ consensusKey: new ByteVectorType(32), power: new UintBigintType(8) }),
    1024,
  ),
  stateHash: new ByteVectorType(32),
});

function startToSsz({ height, signers, state }: GenesisStart) {
  return { height, signers: signers.map((signer) => ({ ...signer })), stateHash: sha256(state) };
}

/** SHA-256(tag, SSZ of the document, and of its start where it has one): what names this ledger in every signature. */
export function genesisHash(doc: GenesisDoc): Uint8Array {
  const bytes = genesisType.serialize({
    chainId: utf8ToBytes(doc.chainId),
    preset: utf8ToBytes(doc.preset),
    params: paramsToRow(doc.params),
    timeMs: doc.timeMs,
    domains: doc.domains.map(({ name, sharePpm }) => ({ name: utf8ToBytes(name), sharePpm })),
    validators: doc.validators.map((validator) => ({ ...validator })),
  });
  const { start } = doc;
  const rest = start === undefined ? new Uint8Array(0) : startType.serialize(startToSsz(start));
  return sha256(concatBytes(domainTag("genesis"), bytes, rest));
}
