import { createSigner, verifySignature } from "@ganglion/keys";
import { readAccount } from "@ganglion/ledger";
import { addressOfKey, bytesToHex, transactionHash } from "@ganglion/types";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Database, openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { blockOf, fundedApplication, nextBlock, signRegistration, signTransfer } from "../gen/funded.ts";
import { genesisWith, keyOf } from "../gen/network.ts";
import { newFolder } from "../gen/runChain.ts";

const SENDER = createSigner(new Uint8Array(32).fill(1));
const ACCOUNTS = [SENDER, ...[2, 3].map((byte) => createSigner(new Uint8Array(32).fill(byte)))];
const WORK_VALID_BLOCKS = genesisWith().params.workValidBlocks;
let database: Database;
let application: ReturnType<typeof fundedApplication>;

beforeAll(() => {
  database = openDatabase(newFolder());
  application = fundedApplication(new ChainStore(database), ACCOUNTS, verifySignature);
});
afterAll(() => database.close());

const transfer = (account: number, nonce: number) => signTransfer(ACCOUNTS, account, nonce).bytes;
const propose = () => application.prepareProposal({ ...nextBlock(application), maxBytes: 1 << 20 });

describe("an application's mempool", () => {
  it("takes an account's transactions in the order of their nonces", () => {
    expect([0, 1, 2].map((nonce) => application.checkTx(transfer(0, nonce)).code)).toEqual([
      "OK",
      "OK",
      "OK",
    ]);
    expect(application.checkTx(transfer(0, 7)).code).toBe("TX_NONCE_TOO_HIGH");
    expect(application.checkTx(transfer(0, 2)).code).toBe("MEMPOOL_KNOWN");
    expect(propose()).toHaveLength(3);
  });

  it("refuses a forged signature", () => {
    const forged = Uint8Array.from(transfer(1, 0));
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    expect(application.checkTx(forged).code).toBe("TX_BAD_SIGNATURE");
  });

  it("drops what another block made void, and says why", () => {
    const mine = transfer(1, 0);
    expect(application.checkTx(mine).code).toBe("OK");
    const rival = signTransfer(ACCOUNTS, 1, 0, { spikes: 2n }).bytes;
    application.finalizeBlock(blockOf(application, [rival]));
    application.commit();
    expect(application.refusalOf(bytesToHex(transactionHash(mine)))?.code).toBe("TX_NONCE_TOO_LOW");
    expect(propose()).toHaveLength(3);
  });

  it("is empty of what a block took", () => {
    application.finalizeBlock(blockOf(application, propose()));
    application.commit();
    expect(application.mempool.size).toBe(0);
  });

  it("starts a block over when it is finalized twice", () => {
    const block = blockOf(application, [transfer(2, 0)]);
    const first = application.finalizeBlock(block);
    const second = application.finalizeBlock(block);
    expect(bytesToHex(second.appHash)).toBe(bytesToHex(first.appHash));
    expect(second.results.map(({ code }) => code)).toEqual(["OK"]);
    application.commit();
  });

  it("drops all old registrations at once, so that they hold back no good one", () => {
    const commitEmpty = () => {
      application.finalizeBlock(blockOf(application, []));
      application.commit();
    };
    const flood = Array.from({ length: 12 }, (_, i) => signRegistration(application, keyOf(`flood${i}`)));
    expect(new Set(flood.map((bytes) => application.checkTx(bytes).code))).toEqual(new Set(["OK"]));
    commitEmpty();
    const good = signRegistration(application, keyOf("good"));
    expect(application.checkTx(good).code).toBe("OK");
    for (let i = 1; i < WORK_VALID_BLOCKS; i++) commitEmpty();
    expect(application.mempool.size).toBe(1);
    expect(propose()).toEqual([good]);
    for (const bytes of flood)
      expect(application.refusalOf(bytesToHex(transactionHash(bytes)))?.code).toBe("REGISTER_WORK_STALE");
  });

  it("rejects a proposal that does not follow", () => {
    const { head } = application;
    const proposal = { ...nextBlock(application), timeMs: head.timeMs, transactions: [] };
    expect(application.processProposal({ ...proposal, timeMs: head.timeMs - 1 })).toBe("reject");
    expect(application.processProposal({ ...proposal, height: head.height })).toBe("reject");
    expect(application.processProposal({ ...proposal, height: head.height + 2 })).toBe("reject");
    expect(application.processProposal(proposal)).toBe("accept");
  });

  it("FEE-5: rejects a proposal with more of one sender than a block may have", () => {
    const { head } = application;
    const most = genesisWith().params.maxAccountTxsPerBlock;
    const { nonce } = readAccount(application.state, addressOfKey(SENDER.publicKey));
    const proposalOf = (count: number) => ({
      height: head.height + 1,
      timeMs: head.timeMs,
      misbehaviour: [],
      transactions: Array.from({ length: count }, (_, i) => transfer(0, nonce + i)),
    });
    expect(application.processProposal(proposalOf(most))).toBe("accept");
    expect(application.processProposal(proposalOf(most + 1))).toBe("reject");
  });
});
