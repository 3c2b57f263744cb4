import {
  addressOfKey,
  asEpochIndex,
  asHeight,
  asUid,
  decodeProposalContent,
  weightCommitment,
} from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { genesisWith, keyOf, VALIDATOR } from "../gen/network.ts";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";

const OTHER = keyOf("other");
const OTHER_OWNER = keyOf("other owner");
const SALT = new Uint8Array(32);
const DEADLINE_MS = 60_000;
/** Time for a proposal, its vote and its time lock of none. */
const UPGRADE_BLOCKS = 60;

let running: Running;
beforeEach(async () => {
  const genesis = genesisWith({ feeSpikesPerByte: 0n, bootstrapEndHeight: 40, timeLockBlocks: 0 });
  const other = {
    hotkey: OTHER.publicKey,
    consensusKey: keyOf("other consensus").publicKey,
    owner: addressOfKey(OTHER_OWNER.publicKey),
    power: 1n,
  };
  const both = { ...genesis, validators: [...genesis.validators, other] };
  running = await runChain(optionsFor(newFolder(), { genesis: both }));
});
afterEach(() => running.stop());

/** One validator gives the other all its weight, so that somebody has stake. */
async function weighOther(): Promise<void> {
  const { client } = running;
  const genesisHash = await client.genesisHash();
  const { epoch: now } = await client.metagraph();
  await until(async () => (await client.metagraph()).epoch > now);
  const epoch = now + 1;
  const rows = [{ domainId: 0, entries: [{ uid: asUid(1), weight: 1 }] }];
  const hotkey = VALIDATOR.publicKey;
  const commitment = weightCommitment({ genesisHash, hotkey, epoch, rows, salt: SALT, version: 1 });
  await client.submit({ kind: "commitWeights", epoch: asEpochIndex(epoch), commitment }, [VALIDATOR]);
  await until(async () => (await client.metagraph()).epoch > epoch);
  const reveal = { kind: "revealWeights", epoch: asEpochIndex(epoch), rows, salt: SALT, version: 1 } as const;
  await client.submit(reveal, [VALIDATOR]);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + DEADLINE_MS; !(await holds()); )
    if (Date.now() > end) throw new RangeError("it did not come in time");
}

describe("governance", () => {
  it("decides an upgrade by the stake there is, at whose height this version stops", async () => {
    const { client, chain } = running;
    expect(await client.governance()).toMatchObject({ round: 0, proposals: [], upgradeHeight: 0 });
    await weighOther();
    await until(async () => (await client.governance()).roundStake > 0n);
    const height = asHeight((await client.status()).height + UPGRADE_BLOCKS);
    const content = { kind: "upgrade", height, name: "tomorrow" } as const;
    const poor = client.submit({ kind: "propose", content }, [VALIDATOR]);
    await expect(poor).rejects.toMatchObject({ code: "GOV_LOW_STAKE" });
    await client.submit({ kind: "propose", content }, [OTHER_OWNER]);
    const [proposal] = (await client.governance()).proposals;
    expect(decodeProposalContent(proposal?.content ?? SALT)).toEqual(content);
    await until(async () => (await client.governance()).proposals[0]?.status === "voting");
    const vote = { kind: "vote", proposal: 0, hotkey: OTHER.publicKey, choice: "yes" } as const;
    await client.submit(vote, [OTHER_OWNER]);
    await until(async () => (await client.governance()).upgradeHeight === height);
    expect((await client.governance()).proposals[0]).toMatchObject({ id: 0, status: "executed", no: 0n });
    await expect(chain.done).rejects.toMatchObject({ code: "CHAIN_UPGRADE_NEEDED" });
    expect((await client.status()).height).toBe(height - 1);
  });
});
