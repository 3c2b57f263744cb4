import {
  decodeLightProof,
  equalBytes,
  GanglionError,
  type LightProof,
  multiproofRoot,
  rowPlace,
} from "@ganglion/types";
import { type Trust, type VerifiedHeader, verifyHeader } from "./verifyHeader.ts";

/** A row that the ledger's validators vouch for. */
export type VerifiedRow = { readonly field: string; readonly index: number; readonly value: unknown };
export type VerifiedProof = {
  readonly header: VerifiedHeader;
  readonly rows: readonly VerifiedRow[];
  /** Name of the ledger, out of the state itself. */
  readonly genesisHash: Uint8Array;
};

const NAME = /^[A-Za-z]+$/u;

/**
 * Checks a proof without any node: its rows against the state's root, the root against a header, the header by the
 * signatures of validators that the reader trusts.
 * @param bytes of `encodeLightProof`; any of them changed is refused
 * @throws GanglionError PROOF_MALFORMED | PROOF_BAD_ROOT | PROOF_BAD_HEADER | PROOF_BAD_SIGNATURE |
 * PROOF_TOO_FEW_SIGNED | PROOF_UNTRUSTED | PROOF_TRUST_EXPIRED
 */
export function verifyLightProof(bytes: Uint8Array, trust: Trust): VerifiedProof {
  const proof = decodeLightProof(bytes);
  const leaves = new Map<bigint, Uint8Array>();
  const rows = proof.rows.map((row) => {
    const { field, index, value, gindex, root } = readRow(row);
    leaves.set(gindex, root);
    return { field, index, value };
  });
  const root = leaves.size === rows.length ? multiproofRoot(leaves, proof.helpers) : undefined;
  const header = verifyHeader(proof.header, trust);
  const genesisHash = rows.find(({ field }) => field === "genesisHash")?.value;
  if (root === undefined || !equalBytes(root, header.stateRoot) || !(genesisHash instanceof Uint8Array))
    throw new GanglionError("PROOF_BAD_ROOT", "the rows are not those of the header's state");
  if (header.genesisHash !== undefined && !equalBytes(header.genesisHash, genesisHash))
    throw new GanglionError("PROOF_BAD_HEADER", "header and state are of different ledgers");
  return { header, rows, genesisHash };
}

function readRow({ field: name, index, value: bytes }: LightProof["rows"][number]) {
  const field = Buffer.from(name).toString("latin1");
  const place = NAME.test(field) ? rowPlace(field, index) : undefined;
  if (place === undefined) throw malformed();
  const value = decode(() => place.type.deserialize(bytes));
  if (!equalBytes(place.type.serialize(value), bytes)) throw malformed();
  return { field, index, value, gindex: place.gindex, root: place.type.hashTreeRoot(value) };
}

function decode(read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): GanglionError {
  return new GanglionError("PROOF_MALFORMED", "a row of the proof cannot be read", {}, { cause });
}
