import { createSigner, type Signer } from "@ganglion/keys";
import {
  type CometbftHeader,
  encodeLightProof,
  errorCode,
  helperIndices,
  ledgerStateType,
  multiproofRoot,
  rowPlace,
} from "@ganglion/types";
import { describe, expect, it } from "@jest/globals";
import { type Trust, verifyLightProof } from "../../src/index.ts";
import { commitBytes, validatorsHash } from "../../src/light/cometbftHashes.ts";

const SIGNERS = Array.from({ length: 6 }, (_, i) => createSigner(new Uint8Array(32).fill(i + 1)));
const HASH = new Uint8Array(32).fill(9);
const GENESIS_ROW = { field: Buffer.from("genesisHash"), index: 0, value: new Uint8Array(32).fill(7) };

const validator = ({ publicKey }: Signer, power = 1n) => ({ consensusKey: publicKey, power });
const trustIn = (...signers: Signer[]): Trust => ({ validators: signers.map((signer) => validator(signer)) });

/** A proof of the genesis hash alone, in a tree whose other nodes are made up. */
function proofRoot() {
  const gindex = rowPlace("genesisHash", 0)?.gindex ?? 0n;
  const helpers = helperIndices([gindex]).map(() => HASH);
  const leaf = ledgerStateType.fields.genesisHash.hashTreeRoot(GENESIS_ROW.value);
  return { helpers, root: multiproofRoot(new Map([[gindex, leaf]]), helpers) ?? HASH };
}

/** What a network of these validators would give if these of them signed. */
function proofOf(
  set: readonly Signer[],
  signing: readonly Signer[],
  powers: readonly bigint[] = [],
): Uint8Array {
  const { helpers, root } = proofRoot();
  const validators = set.map((signer, i) => validator(signer, powers[i] ?? 1n));
  const signedAt = { seconds: 1_700_000_000, nanos: 5 };
  const unsigned: CometbftHeader = {
    versionBlock: 11,
    versionApp: 1,
    chainId: Buffer.from("a-chain"),
    height: 100,
    ...signedAt,
    lastBlockHash: HASH,
    lastPartsTotal: 1,
    lastPartsHash: HASH,
    lastCommitHash: HASH,
    dataHash: HASH,
    validatorsHash: validatorsHash(validators),
    nextValidatorsHash: HASH,
    consensusHash: HASH,
    appHash: root,
    lastResultsHash: HASH,
    evidenceHash: HASH,
    proposerAddress: HASH.subarray(0, 20),
    round: 1,
    partsTotal: 1,
    partsHash: HASH,
    validators,
    signatures: [],
  };
  const message = commitBytes(unsigned, signedAt);
  const signatures = set.map((signer) =>
    signing.includes(signer)
      ? { signed: 1, ...signedAt, signature: signer.sign(message) }
      : { signed: 0, seconds: 0, nanos: 0, signature: new Uint8Array(0) },
  );
  const value = { ...unsigned, signatures };
  return encodeLightProof({ rows: [GENESIS_ROW], helpers, header: { engine: "cometbft", value } });
}

function codeOf(proof: Uint8Array, trust: Trust): string {
  try {
    verifyLightProof(proof, trust);
    return "OK";
  } catch (error) {
    return errorCode(error);
  }
}

const [a, b, c, d, e, f] = SIGNERS as [Signer, Signer, Signer, Signer, Signer, Signer];

describe("verifyLightProof", () => {
  it("needs more than two thirds of the set's power", () => {
    const trust = trustIn(a, b, c, d);
    expect(codeOf(proofOf([a, b, c, d], [a, b, d]), trust)).toBe("OK");
    expect(codeOf(proofOf([a, b, c, d], [a, b]), trust)).toBe("PROOF_TOO_FEW_SIGNED");
    expect(codeOf(proofOf([a, b, c], [a, b]), trustIn(a, b, c))).toBe("PROOF_TOO_FEW_SIGNED");
    expect(codeOf(proofOf([a, b, c], [a], [100n, 1n, 1n]), trustIn(a))).toBe("OK");
    expect(codeOf(proofOf([a, b, c], [b, c], [100n, 1n, 1n]), trustIn(b, c))).toBe("PROOF_TOO_FEW_SIGNED");
  });

  it("takes a set that changed for as long as two thirds of the trusted power signed with it", () => {
    expect(codeOf(proofOf([a, b, c, d, e], [a, b, c, e]), trustIn(a, b, c, d))).toBe("OK");
    expect(codeOf(proofOf([a, b, e, f], [a, b, e, f]), trustIn(a, b, c, d))).toBe("PROOF_UNTRUSTED");
    expect(codeOf(proofOf([e, f], [e, f]), trustIn(a, b, c, d))).toBe("PROOF_UNTRUSTED");
  });

  it("takes the set of a hash alone, and goes on from a proof to the next", () => {
    const first = verifyLightProof(proofOf([a, b, c, e], [a, b, c, e]), trustIn(a, b, c, d));
    const { validators, validatorsHash: hash } = first.header;
    const later = proofOf([a, c, e, f], [a, c, e]);
    expect(codeOf(later, trustIn(a, b, c, d))).toBe("PROOF_UNTRUSTED");
    expect(codeOf(later, { validators })).toBe("OK");
    expect(codeOf(later, { validatorsHash: hash })).toBe("PROOF_UNTRUSTED");
    expect(codeOf(proofOf([a, b, c, e], [a, b, c, e]), { validatorsHash: hash })).toBe("OK");
  });

  it("believes validators for as long as it is told to, by the time of the block", () => {
    const untilMs = 1_700_000_000_000;
    const proof = proofOf([a, b, c, d], [a, b, d]);
    expect(codeOf(proof, { ...trustIn(a, b, c, d), untilMs })).toBe("OK");
    expect(codeOf(proof, { ...trustIn(a, b, c, d), untilMs: untilMs - 1 })).toBe("PROOF_TRUST_EXPIRED");
  });

  it("counts nobody twice", () => {
    const twice = proofOf([a, a, a, b, c], [a]);
    expect(codeOf(twice, trustIn(a, b, c))).not.toBe("OK");
  });
});
