import { type CometbftHeader, equalBytes, GanglionError } from "@ganglion/types";
import { z } from "zod";
import { addressOfConsensusKey } from "./keyNames.ts";

/** One call of the node's JSON-RPC. */
export type NodeCall = (method: string, params: object) => Promise<unknown>;

const SIGNED = 2;
const PAGE = 100;
const MS_PER_SECOND = 1_000;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/u;

const count = z.coerce.number().int().min(0);
const hash = z.string().transform((text) => Uint8Array.from(Buffer.from(text, "hex")));
const base64 = z.string().transform((text) => Uint8Array.from(Buffer.from(text, "base64")));
const time = z.string().transform((text, context) => {
  const [, whole, fraction = ""] = TIME.exec(text) ?? [];
  if (whole === undefined) context.addIssue("no time");
  return { seconds: Date.parse(`${whole}Z`) / MS_PER_SECOND, nanos: Number(fraction.padEnd(9, "0")) };
});
const blockId = z.object({ hash, parts: z.object({ total: count, hash }) });
const commitSchema = z.object({
  signed_header: z.object({
    header: z.object({
      version: z.object({ block: count, app: count.default(0) }),
      chain_id: z.string(),
      height: count,
      time,
      last_block_id: blockId,
      last_commit_hash: hash,
      data_hash: hash,
      validators_hash: hash,
      next_validators_hash: hash,
      consensus_hash: hash,
      app_hash: hash,
      last_results_hash: hash,
      evidence_hash: hash,
      proposer_address: hash,
    }),
    commit: z.object({
      round: count,
      block_id: blockId,
      signatures: z.array(
        z.object({
          block_id_flag: z.number(),
          validator_address: hash,
          timestamp: time,
          signature: base64.nullable(),
        }),
      ),
    }),
  }),
});
const validatorsSchema = z.object({
  validators: z.array(z.object({ pub_key: z.object({ value: base64 }), voting_power: z.coerce.bigint() })),
  total: count,
});
type Commit = z.infer<typeof commitSchema>["signed_header"]["commit"];

/**
 * A block's header with the set that had to sign it, and their signatures: all that a light client needs.
 * @throws GanglionError CHAIN_NODE_UNANSWERED
 */
export async function readSignedHeader(call: NodeCall, height: number): Promise<CometbftHeader> {
  const answer = commitSchema.parse(await call("commit", { height: String(height) }));
  const { header, commit } = answer.signed_header;
  const validators = await readValidators(call, height);
  const { last_block_id, version } = header;
  return {
    versionBlock: version.block,
    versionApp: version.app,
    chainId: Buffer.from(header.chain_id),
    height: header.height,
    ...header.time,
    lastBlockHash: last_block_id.hash,
    lastPartsTotal: last_block_id.parts.total,
    lastPartsHash: last_block_id.parts.hash,
    lastCommitHash: header.last_commit_hash,
    dataHash: header.data_hash,
    validatorsHash: header.validators_hash,
    nextValidatorsHash: header.next_validators_hash,
    consensusHash: header.consensus_hash,
    appHash: header.app_hash,
    lastResultsHash: header.last_results_hash,
    evidenceHash: header.evidence_hash,
    proposerAddress: header.proposer_address,
    round: commit.round,
    partsTotal: commit.block_id.parts.total,
    partsHash: commit.block_id.parts.hash,
    validators,
    signatures: validators.map(({ consensusKey }) => signatureOf(consensusKey, commit)),
  };
}

async function readValidators(call: NodeCall, height: number): Promise<CometbftHeader["validators"]> {
  const validators: CometbftHeader["validators"] = [];
  for (let page = 1; ; page++) {
    const params = { height: String(height), page: String(page), per_page: String(PAGE) };
    const answer = validatorsSchema.parse(await call("validators", params));
    for (const { pub_key, voting_power } of answer.validators)
      validators.push({ consensusKey: pub_key.value, power: voting_power });
    if (validators.length >= answer.total) return validators;
    if (answer.validators.length === 0)
      throw new GanglionError("CHAIN_NODE_UNANSWERED", "the node did not tell all validators");
  }
}

function signatureOf(consensusKey: Uint8Array, { signatures }: Commit): CometbftHeader["signatures"][number] {
  const address = addressOfConsensusKey(consensusKey);
  const vote = signatures.find((one) => equalBytes(one.validator_address, address));
  if (vote?.block_id_flag !== SIGNED || vote.signature === null)
    return { signed: 0, seconds: 0, nanos: 0, signature: new Uint8Array(0) };
  return { signed: 1, ...vote.timestamp, signature: vote.signature };
}
