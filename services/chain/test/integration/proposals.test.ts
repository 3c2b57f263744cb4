import { verifySignature } from "@ganglion/keys";
import { readAccount } from "@ganglion/ledger";
import { type Action, addressOfKey, bytesToHex, createRandom } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { type Database, openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { serve } from "../gen/blocks.ts";
import { accountsOf } from "../gen/cometbftNode.ts";
import { blockOf, fundedApplication, nextBlock, signRegistration, signTransfer } from "../gen/funded.ts";
import { MixedLoad, signDraft } from "../gen/mixedLoad.ts";
import { genesisWith, keyOf, OWNER, VALIDATOR } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

const TRANSFER_BYTES = BigInt(signTransfer([keyOf("anybody")], 0, 0).bytes.length);
const GENESIS = genesisWith({ maxBlockBytes: 64 * 1_024 });
const PER_SENDER = GENESIS.params.maxAccountTxsPerBlock;
const ACCOUNTS = accountsOf(6);
const [RICH = OWNER] = ACCOUNTS;
/** What an account has from the start, less what a transfer of it costs. */
const NEARLY_ALL = 1_000_000_000n - GENESIS.params.feeSpikesPerByte * TRANSFER_BYTES;
const SEED = 20_261_130;
const ROUNDS = 40;

let databases: Database[];
/** Makes proposals. */
let proposer: LedgerApplication;
/** Has the same state, and has heard of no transaction. */
let judge: LedgerApplication;

beforeEach(() => {
  databases = [openDatabase(newFolder()), openDatabase(newFolder())];
  const [first, second] = databases.map((database) =>
    fundedApplication(new ChainStore(database), ACCOUNTS, verifySignature, GENESIS),
  );
  if (first === undefined || second === undefined) throw new RangeError("two applications");
  proposer = first;
  judge = second;
});
afterEach(async () => {
  for (const database of databases) await database.close();
});

const sign = (sender: typeof RICH, nonce: number, action: Action) =>
  signDraft({ sender, action }, nonce, judge.genesisHash);
const transfer = (account: number, nonce: number, spikes = 1n) =>
  signTransfer(ACCOUNTS, account, nonce, { spikes, hash: judge.genesisHash }).bytes;
const record = (nonce: number) =>
  sign(RICH, nonce, {
    kind: "publishRecord",
    recordKind: "dataset",
    name: `record-${nonce}`,
    digest: new Uint8Array(32),
    uri: "https://example.org/record",
  });
const propose = () =>
  proposer.prepareProposal({ ...nextBlock(proposer), maxBytes: GENESIS.params.maxBlockBytes });
const verdict = (transactions: readonly Uint8Array[], of = judge) =>
  of.processProposal({ ...nextBlock(of), transactions });
/** Makes the block. @returns its codes */
function execute(application: LedgerApplication, transactions: readonly Uint8Array[]): string[] {
  const { results } = application.finalizeBlock(blockOf(application, transactions));
  application.commit();
  return results.map(({ code }) => code);
}

describe("a proposal", () => {
  it("has of an account's nearly whole money only what it can pay for after that", () => {
    const spend = transfer(0, 0, NEARLY_ALL);
    const waiting = [spend, ...Array.from({ length: PER_SENDER - 1 }, (_, i) => record(i + 1))];
    const good = transfer(1, 0);
    for (const bytes of [...waiting, good]) expect(proposer.checkTx(bytes).code).toBe("OK");
    expect(propose()).toEqual([spend, good]);
    expect(verdict([spend, good])).toBe("accept");
    expect(verdict(waiting)).toBe("reject");
  });

  it("has one announcement of an endpoint, and the mempool no second one of the same sender", () => {
    const announcements = Array.from({ length: PER_SENDER }, (_, nonce) =>
      sign(VALIDATOR, nonce, serve("validator")),
    );
    const withdrawal = sign(VALIDATOR, 1, { kind: "unserve" });
    expect(announcements.slice(0, 1).map((bytes) => proposer.checkTx(bytes).code)).toEqual(["OK"]);
    for (const bytes of [...announcements.slice(1, 2), withdrawal])
      expect(proposer.checkTx(bytes).code).not.toBe("OK");
    expect(propose()).toEqual(announcements.slice(0, 1));
    expect(verdict(announcements)).toBe("reject");
  });

  it("succeeds as a whole, and every node with the same state accepts it", () => {
    const owner = { accounts: ACCOUNTS, validators: [VALIDATOR], name: "mixed", owner: OWNER };
    const load = new MixedLoad(owner, createRandom(SEED));
    let taken = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < 30; i++) {
        const draft = load.draft(proposer);
        const address = addressOfKey(draft.sender.publicKey);
        const waiting = proposer.mempool.lastNonce(bytesToHex(address));
        const nonce = waiting === undefined ? readAccount(proposer.state, address).nonce : waiting + 1;
        proposer.checkTx(signDraft(draft, nonce, proposer.genesisHash));
      }
      const transactions = propose();
      taken += transactions.length;
      expect([verdict(transactions), verdict(transactions, proposer)]).toEqual(["accept", "accept"]);
      const codes = [judge, proposer].flatMap((application) => execute(application, transactions));
      expect(codes.filter((code) => code !== "OK")).toEqual([]);
    }
    expect(taken).toBeGreaterThan(ROUNDS);
  });

  const transfers = (count: number) =>
    ACCOUNTS.flatMap((_, account) => Array.from({ length: count }, (_, nonce) => transfer(account, nonce)));
  const registration = (name: string) => signRegistration(judge, keyOf(name));
  const forged = () => transfer(0, 0).map((byte, i, { length }) => (i === length - 1 ? byte ^ 1 : byte));
  const broken: readonly [string, () => Uint8Array[], () => Uint8Array[]][] = [
    [
      "has more of one sender than a block takes",
      () => Array.from({ length: PER_SENDER + 1 }, (_, nonce) => transfer(0, nonce)),
      () => Array.from({ length: PER_SENDER }, (_, nonce) => transfer(0, nonce)),
    ],
    [
      "has two registrations",
      () => [registration("first"), registration("second")],
      () => [registration("second")],
    ],
    ["is larger than a block", () => transfers(PER_SENDER), () => transfers(PER_SENDER / 2)],
    ["uses a nonce twice", () => [transfer(0, 0), transfer(0, 0)], () => [transfer(0, 0), transfer(0, 1)]],
    ["leaves out a nonce", () => [transfer(0, 0), transfer(0, 2)], () => [transfer(1, 0), transfer(0, 0)]],
    ["has a forged signature", () => [forged()], () => [transfer(0, 0)]],
    ["has bytes that are no transaction", () => [Uint8Array.of(1, 2, 3)], () => []],
    [
      "has a transaction that fails by what comes before it",
      () => [transfer(0, 0, NEARLY_ALL), transfer(0, 1, NEARLY_ALL)],
      () => [transfer(0, 0, NEARLY_ALL), transfer(1, 0, NEARLY_ALL), transfer(1, 1, NEARLY_ALL - 1_000n)],
    ],
  ];

  it.each(broken)("is rejected if it %s", (_, bad, good) => {
    expect([verdict(bad()), verdict(good())]).toEqual(["reject", "accept"]);
  });
});
