import { verifySignature } from "@ganglion/keys";
import {
  blockHash,
  bytesToHex,
  type CometbftHeader,
  domainTag,
  equalBytes,
  GanglionError,
  type LightProof,
  type SoloHeader,
} from "@ganglion/types";
import { commitBytes, validatorsHash } from "./cometbftHashes.ts";

export type TrustedValidator = { readonly consensusKey: Uint8Array; readonly power: bigint };

/** Whom the reader believes already. */
export type Trust = {
  /** More than two thirds of their power must have signed, also where one process makes all blocks. */
  readonly validators?: readonly TrustedValidator[];
  /** Instead: the hash of the very set that had to sign; of one process that makes all blocks, its consensus key. */
  readonly validatorsHash?: Uint8Array;
  /** Last block time at which they still have something to lose by signing what is not so; absent: no matter when. */
  readonly untilMs?: number;
};

/** What the header's signatures show. */
export type VerifiedHeader = {
  readonly height: number;
  readonly timeMs: number;
  /** Root of the state before this block. */
  readonly stateRoot: Uint8Array;
  /** Empty with one process that makes all blocks: its header has the genesis hash. */
  readonly chainId: string;
  readonly genesisHash: Uint8Array | undefined;
  readonly validators: readonly TrustedValidator[];
  readonly validatorsHash: Uint8Array;
  readonly signedPower: bigint;
  readonly totalPower: bigint;
};

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/**
 * @throws GanglionError PROOF_BAD_HEADER | PROOF_BAD_SIGNATURE | PROOF_TOO_FEW_SIGNED | PROOF_UNTRUSTED |
 * PROOF_TRUST_EXPIRED
 */
export function verifyHeader(header: LightProof["header"], trust: Trust): VerifiedHeader {
  const verified =
    header.engine === "solo" ? verifySolo(header.value, trust) : verifyCometbft(header.value, trust);
  const { timeMs, validatorsHash: hash } = verified;
  if (trust.untilMs !== undefined && timeMs > trust.untilMs) throw expired(timeMs, trust.untilMs, hash);
  return verified;
}

function verifySolo(header: SoloHeader, trust: Trust): VerifiedHeader {
  const { proposer, signature, height, timeMs } = header;
  const message = Buffer.concat([domainTag("block"), blockHash(header)]);
  if (!verifySignature(proposer, message, signature))
    throw new GanglionError("PROOF_BAD_SIGNATURE", "the proposer did not sign this header");
  // Genesis does not tell the engine: were one of several enough, any of them could sign for a network on CometBFT.
  assertTrusted(trust, proposer, new Set([bytesToHex(proposer)]));
  return {
    height,
    timeMs,
    stateRoot: header.parentStateRoot,
    chainId: "",
    genesisHash: header.genesisHash,
    validators: [{ consensusKey: proposer, power: 1n }],
    validatorsHash: proposer,
    signedPower: 1n,
    totalPower: 1n,
  };
}

function verifyCometbft(header: CometbftHeader, trust: Trust): VerifiedHeader {
  const { validators, height, seconds, nanos, appHash } = header;
  const hash = validatorsHash(validators);
  if (!equalBytes(hash, header.validatorsHash))
    throw new GanglionError("PROOF_BAD_HEADER", "the validators are not those that the header names");
  const signers = new Set(findSigners(header).map(({ consensusKey }) => bytesToHex(consensusKey)));
  const own = countPower(validators, signers);
  if (!isTwoThirds(own))
    throw new GanglionError(
      "PROOF_TOO_FEW_SIGNED",
      `${own.signedPower} of ${own.totalPower} power signed, more than two thirds are needed`,
    );
  assertTrusted(trust, hash, signers);
  return {
    height,
    timeMs: seconds * MS_PER_SECOND + Math.floor(nanos / NANOS_PER_MS),
    stateRoot: appHash,
    chainId: Buffer.from(header.chainId).toString("utf8"),
    genesisHash: undefined,
    validators,
    validatorsHash: hash,
    ...own,
  };
}

function assertTrusted(trust: Trust, hash: Uint8Array, signers: ReadonlySet<string>): void {
  if (trust.validatorsHash !== undefined) {
    if (!equalBytes(trust.validatorsHash, hash)) throw untrusted(`its validators are ${bytesToHex(hash)}`);
    return;
  }
  const trusted = countPower(trust.validators ?? [], signers);
  if (!isTwoThirds(trusted))
    throw untrusted(`${trusted.signedPower} of ${trusted.totalPower} trusted power signed`);
}

/** Every signature that is there must be good, so that no byte of a proof can be changed. */
function findSigners(header: CometbftHeader): readonly TrustedValidator[] {
  const { validators, signatures } = header;
  if (signatures.length !== validators.length)
    throw new GanglionError("PROOF_BAD_HEADER", "there is not one signature for each validator");
  return validators.filter((validator, i) => {
    const vote = signatures[i];
    if (vote === undefined) return false;
    if (vote.signed === 1) {
      if (verifySignature(validator.consensusKey, commitBytes(header, vote), vote.signature)) return true;
    } else if (vote.signed === 0 && vote.signature.length + vote.seconds + vote.nanos === 0) return false;
    throw new GanglionError("PROOF_BAD_SIGNATURE", `the signature of validator ${i} is wrong`);
  });
}

type Power = { readonly signedPower: bigint; readonly totalPower: bigint };

function countPower(validators: readonly TrustedValidator[], signers: ReadonlySet<string>): Power {
  const sum = (some: readonly TrustedValidator[]) => some.reduce((total, { power }) => total + power, 0n);
  const signed = validators.filter(({ consensusKey }) => signers.has(bytesToHex(consensusKey)));
  return { signedPower: sum(signed), totalPower: sum(validators) };
}

function isTwoThirds({ signedPower, totalPower }: Power): boolean {
  return signedPower * 3n > totalPower * 2n;
}

function untrusted(why: string): GanglionError {
  return new GanglionError(
    "PROOF_UNTRUSTED",
    `nothing shows that this is the right ledger (${why}): verify a proof in between first, or give the validators that you trust`,
  );
}

function expired(timeMs: number, untilMs: number, hash: Uint8Array): GanglionError {
  const [time, until] = [timeMs, untilMs].map((ms) => new Date(ms).toISOString());
  return new GanglionError(
    "PROOF_TRUST_EXPIRED",
    `its block of ${time} is after ${until}, until when who signed it is bound by stake: verify proofs in between first, or, once people whom you trust name the same, give its validators, ${bytesToHex(hash)}`,
    { timeMs, untilMs },
  );
}
