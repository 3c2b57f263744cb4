import type { Misbehaviour, Vote } from "@ganglion/ledger";
import { bytesToHex, GanglionError, InvariantError } from "@ganglion/types";
import {
  type CommitInfo,
  type Misbehavior,
  MisbehaviorType,
  type RequestFinalizeBlock,
  type RequestPrepareProposal,
  type RequestProcessProposal,
} from "cosmjs-types/tendermint/abci/types";
import { BlockIDFlag } from "cosmjs-types/tendermint/types/validator";
import type { DecidedBlock, PrepareProposalRequest, Proposal } from "../application.ts";
import type { KeyNames } from "./keyNames.ts";

const HASH_BYTES = 32;
const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;
const KINDS = new Map<MisbehaviorType, Misbehaviour["kind"]>([
  [MisbehaviorType.DUPLICATE_VOTE, "duplicateVote"],
  [MisbehaviorType.LIGHT_CLIENT_ATTACK, "lightClientAttack"],
]);

type Time = { readonly seconds: bigint; readonly nanos: number };

/** Whole milliseconds; CometBFT's block times are at least one apart. */
function toTimeMs({ seconds, nanos }: Time): number {
  return toNumber(seconds, "time") * MS_PER_SECOND + Math.floor(nanos / NANOS_PER_MS);
}

/** @throws GanglionError ABCI_BAD_MESSAGE for what no node sends */
export function toNumber(value: bigint, what: string): number {
  if (value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw badMessage(`${what} is ${value}`);
}

/** @throws GanglionError ABCI_BAD_MESSAGE */
export function toPrepare(request: RequestPrepareProposal, keys: KeyNames): PrepareProposalRequest {
  return { ...toOpening(request, keys), maxBytes: toNumber(request.maxTxBytes, "max_tx_bytes") };
}

/** @throws GanglionError ABCI_BAD_MESSAGE */
export function toProposal(request: RequestProcessProposal | RequestFinalizeBlock, keys: KeyNames): Proposal {
  return { ...toOpening(request, keys), transactions: request.txs };
}

type Opening = Pick<RequestFinalizeBlock, "height" | "time" | "misbehavior">;

function toOpening({ height, time, misbehavior }: Opening, keys: KeyNames): Omit<Proposal, "transactions"> {
  return {
    height: toNumber(height, "height"),
    timeMs: toTimeMs(time),
    misbehaviour: misbehavior.flatMap((fault) => toMisbehaviour(keys, fault)),
  };
}

export type BlockNames = {
  readonly keys: KeyNames;
  readonly parentHash: Uint8Array;
};

/**
 * The block that the ledger executes, from CometBFT's own fields: `hash` is that of the header (which holds the root of
 * the state before the block), `time` the header's, keys stand for addresses. A function of what all nodes agreed on, so
 * executing the stored block again, under any engine, gives the same root. Evidence against a key that the ledger has
 * forgotten is too old to count and left out.
 *
 * @throws GanglionError ABCI_BAD_MESSAGE for what no node sends
 */
export function toDecidedBlock(request: RequestFinalizeBlock, names: BlockNames): DecidedBlock {
  const { keys, parentHash } = names;
  if (request.hash.length !== HASH_BYTES) throw badMessage(`the block hash has ${request.hash.length} bytes`);
  return {
    ...toProposal(request, keys),
    hash: Uint8Array.from(request.hash),
    parentHash,
    proposer: keyOf(keys, request.proposerAddress),
    lastCommit: toVotes(keys, request.decidedLastCommit),
    seal: new Uint8Array(0),
  };
}

function toVotes(keys: KeyNames, { votes }: CommitInfo): Vote[] {
  return votes.map(({ validator, blockIdFlag }) => ({
    consensusKey: keyOf(keys, validator.address),
    power: validator.power,
    signed: blockIdFlag === BlockIDFlag.BLOCK_ID_FLAG_COMMIT,
  }));
}

function toMisbehaviour(keys: KeyNames, fault: Misbehavior): Misbehaviour[] {
  const kind = KINDS.get(fault.type);
  const consensusKey = keys.accused(fault.validator.address);
  if (kind === undefined || consensusKey === undefined) return [];
  const height = toNumber(fault.height, "height of evidence");
  return [{ kind, consensusKey, height, timeMs: toTimeMs(fault.time) }];
}

/** The set that votes is what the ledger gave, and it keeps the keys of those who left for longer than they can vote. */
function keyOf(keys: KeyNames, address: Uint8Array): Uint8Array {
  const key = keys.voter(address);
  if (key === undefined)
    throw new InvariantError(`the ledger knows no consensus key of ${bytesToHex(address)}`);
  return key;
}

/** What only a broken node, or another program, sends. */
export function badMessage(what: string): GanglionError {
  return new GanglionError("ABCI_BAD_MESSAGE", `the node sent what it cannot mean: ${what}`);
}
