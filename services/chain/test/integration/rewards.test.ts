import { setTimeout } from "node:timers/promises";
import {
  addressOfKey,
  asEpochIndex,
  asSpikes,
  asUid,
  bytesToHex,
  errorCode,
  UNSTAKE_ALL,
  weightCommitment,
} from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { genesisWith, keyOf, OWNER, VALIDATOR } from "../gen/network.ts";
import { newFolder, optionsFor, type Running, runChain } from "../gen/runChain.ts";

const OTHER = keyOf("other");
const OTHER_OWNER = keyOf("other owner");
const SALT = new Uint8Array(32);
const DEADLINE_MS = 30_000;
const POLL_MS = 20;
/** Of weights that came after the block that they were meant for. */
const MISSED: readonly string[] = ["WEIGHTS_WRONG_EPOCH", "WEIGHTS_AFTER_CUTOFF"];

let running: Running;
beforeEach(async () => {
  const genesis = genesisWith();
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

/** One validator gives the other all its weight, again until there is a payment: on a busy machine an epoch may be missed. */
async function weighOther(): Promise<void> {
  await until(async () => {
    const { epoch } = await running.client.metagraph();
    const taken = await weighIn(epoch).then(() => true, isMissed);
    if (taken) await until(async () => (await running.client.metagraph()).epoch > epoch + 1);
    return (await running.client.rewards({ hotkey: OTHER.publicKey })).length > 0;
  });
}

async function weighIn(epoch: number): Promise<void> {
  const { client } = running;
  const genesisHash = await client.genesisHash();
  const rows = [{ domainId: 0, entries: [{ uid: asUid(1), weight: 1 }] }];
  const hotkey = VALIDATOR.publicKey;
  const commitment = weightCommitment({ genesisHash, hotkey, epoch, rows, salt: SALT, version: 1 });
  await client.submit({ kind: "commitWeights", epoch: asEpochIndex(epoch), commitment }, [VALIDATOR]);
  await until(async () => (await client.metagraph()).epoch > epoch);
  await client.submit({ kind: "revealWeights", epoch: asEpochIndex(epoch), rows, salt: SALT, version: 1 }, [
    VALIDATOR,
  ]);
}

function isMissed(error: unknown): false {
  if (MISSED.includes(errorCode(error))) return false;
  throw error;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + DEADLINE_MS; !(await holds()); await setTimeout(POLL_MS))
    if (Date.now() > end) throw new RangeError("it did not come in time");
}

describe("rewards", () => {
  it("tells what each pool and each address was paid, to the last spike", async () => {
    const { client } = running;
    await weighOther();
    const owner = addressOfKey(OTHER_OWNER.publicKey);
    const [first] = await client.rewards({ hotkey: OTHER.publicKey });
    expect(first).toMatchObject({ stakeBefore: 0n });
    expect((first?.own ?? 0n) > 0n).toBe(true);
    expect(bytesToHex(first?.hotkey ?? SALT)).toBe(bytesToHex(OTHER.publicKey));
    const { stakes } = await client.account(owner);
    const total = (await client.rewards({ address: owner })).reduce((sum, { amount }) => sum + amount, 0n);
    expect(total).toBe(stakes[0]?.amount);
    await client.submit({ kind: "unstake", hotkey: OTHER.publicKey, amount: UNSTAKE_ALL }, [OTHER_OWNER]);
    const after = await client.rewards({ address: owner });
    expect(after.reduce((sum, { amount }) => sum + amount, 0n)).toBe(total);
    expect(await client.rewards({ address: addressOfKey(keyOf("nobody").publicKey) })).toEqual([]);
    await expect(client.rewards({ hotkey: keyOf("nobody").publicKey })).rejects.toMatchObject({
      code: "CALL_NOT_FOUND",
    });
  });

  it("lists who is replaced first, records and the charter", async () => {
    const { client } = running;
    await weighOther();
    const { places, slotsFull } = await client.pruningOrder();
    expect(slotsFull).toBe(false);
    expect(places.map(({ uid, keptByBootstrap }) => [uid, keptByBootstrap])).toEqual([
      [0, true],
      [1, true],
    ]);
    expect((await client.pruningOrder(addressOfKey(OWNER.publicKey))).places.map(({ uid }) => uid)).toEqual([
      0,
    ]);
    expect(await client.records({ kind: "dataset" })).toEqual([]);
    expect(await client.charter()).toEqual({ text: "", adoptedAt: 0 });
    const poor = client.submit(
      { kind: "stake", hotkey: VALIDATOR.publicKey, amount: asSpikes(1_000_000_000n) },
      [OWNER],
    );
    await expect(poor).rejects.toMatchObject({ code: "TX_INSUFFICIENT_BALANCE" });
  });

  it("lists consensus keys with their power and what they signed", async () => {
    const { client } = running;
    await until(async () => (await client.consensusKeys()).some(({ seenBlocks }) => seenBlocks > 0));
    const keys = await client.consensusKeys();
    const of = (hotkey: Uint8Array) => keys.find((key) => bytesToHex(key.hotkey) === bytesToHex(hotkey));
    const signer = of(VALIDATOR.publicKey);
    expect(signer).toMatchObject({ bound: true, genesis: true, jailed: false, tombstoned: false });
    expect(signer?.signedBlocks).toBe(signer?.seenBlocks);
    expect(of(OTHER.publicKey)).toMatchObject({ power: signer?.power, signedBlocks: 0 });
  });
});
