import type { ChainClient } from "@ganglion/client";
import {
  addressOfKey,
  asEpochIndex,
  asHeight,
  asUid,
  errorCode,
  meetsDifficulty,
  weightCommitment,
  workSeal,
} from "@ganglion/types";
import { keyOf, VALIDATOR } from "./network.ts";

export const MINER = keyOf("miner");
export const MINER_OWNER = keyOf("miner owner");
/** With these a busy machine is in time with work and weights, and what they earned does not end soon. */
export const PATIENT = {
  workValidBlocks: 60,
  commitCutoffBlocks: 0,
  activityCutoffBlocks: 1_000,
};
const LATE = new Set(["WEIGHTS_WRONG_EPOCH", "WEIGHTS_AFTER_CUTOFF", "WEIGHTS_NO_COMMIT"]);
const SALT = new Uint8Array(32);
const DEADLINE_MS = 90_000;

/** Registers a miner by work, and has the one validator of genesis give it all its weight until it was paid. */
export async function payMiner(client: ChainClient): Promise<void> {
  const hotkey = MINER.publicKey;
  const owner = addressOfKey(MINER_OWNER.publicKey);
  await client.submit({ kind: "register", hotkey, owner, proof: await solve(client) }, [MINER]);
  await until(async () => {
    await weigh(client);
    return (await client.rewards({ hotkey })).length > 0;
  });
}

/** Here, as the work is little: a thread would begin after a test chain's block is too old. */
async function solve(client: ChainClient) {
  const hotkey = MINER.publicKey;
  const genesisHash = await client.genesisHash();
  const { difficulty } = await client.params();
  const { height, blockHash } = await client.status();
  let nonce = 0n;
  while (!meetsDifficulty(workSeal({ genesisHash, blockHash, nonce, hotkey }), difficulty)) nonce++;
  return { kind: "work", height: asHeight(height), nonce } as const;
}

/** Commits in an epoch that has just begun, reveals in the next and waits for its end; in vain if a busy machine is late. */
async function weigh(client: ChainClient): Promise<void> {
  const genesisHash = await client.genesisHash();
  const uid = asUid((await client.neuron({ hotkey: MINER.publicKey }))?.neuron?.uid ?? 0);
  const rows = [{ domainId: 0, entries: [{ uid, weight: 1 }] }];
  const epoch = await nextEpoch(client);
  const hotkey = VALIDATOR.publicKey;
  const commitment = weightCommitment({ genesisHash, hotkey, epoch, rows, salt: SALT, version: 1 });
  const commit = { kind: "commitWeights", epoch: asEpochIndex(epoch), commitment } as const;
  const reveal = { kind: "revealWeights", epoch: asEpochIndex(epoch), rows, salt: SALT, version: 1 } as const;
  for (const [step, action] of [commit, reveal].entries()) {
    try {
      await client.submit(action, [VALIDATOR]);
    } catch (error) {
      if (!LATE.has(errorCode(error))) throw error;
    }
    await until(async () => (await client.metagraph()).epoch > epoch + step);
  }
}

async function nextEpoch(client: ChainClient): Promise<number> {
  const { epoch: before } = await client.metagraph();
  let epoch = before;
  await until(async () => {
    epoch = (await client.metagraph()).epoch;
    return epoch > before;
  });
  return epoch;
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + DEADLINE_MS; !(await holds()); )
    if (Date.now() > end) throw new RangeError("it did not come in time");
}
