import type { Signer } from "@ganglion/keys";
import {
  createGenesis,
  type GenesisDoc,
  genesisHash,
  type StateRow,
  stateFromRows,
  stateRoot,
  stateRows,
  type VerifySignature,
} from "@ganglion/ledger";
import {
  addressOfKey,
  asHeight,
  asSpikes,
  encodeSignedTransaction,
  ledgerStateType,
  meetsDifficulty,
  signingBytes,
  singleSignature,
  workSeal,
} from "@ganglion/types";
import { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { sealBlock } from "../../src/engine/solo/sealBlock.ts";
import type { ChainStore } from "../../src/io/store.ts";
import { CONSENSUS_KEY, genesisWith, OWNER } from "./network.ts";

const GENESIS = genesisWith({ maxBlockBytes: 1 << 22 });
const HASH = genesisHash(GENESIS);
const BALANCE = 1_000_000_000n;
const LIMITS = { maxTransactions: 100_000, maxBytes: 1 << 26, maxPerAccount: 64 };

/** An application whose ledger begins with money on these accounts, as if it had been minted before. */
export function fundedApplication(
  store: ChainStore,
  accounts: readonly Signer[],
  verifySignature: VerifySignature,
  genesis = GENESIS,
): LedgerApplication {
  const state = stateFromRows(fundedRows(accounts, genesis));
  const hash = genesisHash(genesis);
  const record = { genesisHash: hash, timeMs: genesis.timeMs, stateRoot: stateRoot(state) };
  if (store.head(hash) === undefined)
    store.commitGenesis({ ...record, rows: stateRows(undefined, state) });
  return new LedgerApplication(
    { genesis, mempool: LIMITS, checkInvariants: false },
    { store, verifySignature },
  );
}

function fundedRows(signers: readonly Signer[], genesis: GenesisDoc): StateRow[] {
  const { accounts, supply } = ledgerStateType.fields;
  const minted = { minted: BALANCE * BigInt(signers.length), recycled: 0n };
  const rows = stateRows(undefined, createGenesis(genesis)).map((row) =>
    row.field === "supply" ? { ...row, value: supply.serialize(minted) } : row,
  );
  const first = rows.filter(({ field }) => field === "accounts").length;
  const funded = signers.map(({ publicKey }, i) => ({
    field: "accounts",
    index: first + i,
    value: accounts.elementType.serialize({ address: addressOfKey(publicKey), balance: BALANCE, nonce: 0 }),
  }));
  return [...rows, ...funded];
}

export type SignedTransfer = {
  readonly bytes: Uint8Array;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

/** A transfer to the next account. */
export function signTransfer(
  accounts: readonly Signer[],
  at: number,
  nonce: number,
  { spikes = 1n, hash = HASH } = {},
): SignedTransfer {
  const signer = accounts[at] ?? CONSENSUS_KEY;
  const to = addressOfKey((accounts[(at + 1) % accounts.length] ?? CONSENSUS_KEY).publicKey);
  const action = { kind: "transfer", to, amount: asSpikes(spikes) } as const;
  const body = { sender: addressOfKey(signer.publicKey), nonce, validUntil: asHeight(10_000), action };
  const message = signingBytes(body, hash);
  const signature = signer.sign(message);
  const bytes = encodeSignedTransaction({ body, signatures: [singleSignature(signer.publicKey, signature)] });
  return { bytes, key: signer.publicKey, message, signature };
}

/** A registration by work on the application's last block. */
export function signRegistration({ head, genesisHash }: LedgerApplication, signer: Signer): Uint8Array {
  const hotkey = signer.publicKey;
  const sealOf = (nonce: bigint) => workSeal({ genesisHash, blockHash: head.hash, nonce, hotkey });
  let nonce = 0n;
  while (!meetsDifficulty(sealOf(nonce), GENESIS.params.difficultyStart)) nonce++;
  const proof = { kind: "work", height: asHeight(head.height), nonce } as const;
  const action = { kind: "register", hotkey, owner: addressOfKey(OWNER.publicKey), proof } as const;
  const body = { sender: addressOfKey(hotkey), nonce: 0, validUntil: asHeight(10_000), action };
  const signature = signer.sign(signingBytes(body, genesisHash));
  return encodeSignedTransaction({ body, signatures: [singleSignature(hotkey, signature)] });
}

/** What the block after the application's head begins with. */
export function nextBlock({ head }: LedgerApplication) {
  return { height: head.height + 1, timeMs: head.timeMs + 1_000, misbehaviour: [] };
}

/** A sealed block of these transactions after the application's head. */
export function blockOf(application: LedgerApplication, transactions: readonly Uint8Array[]) {
  const { head } = application;
  const header = {
    ...nextBlock(application),
    genesisHash: HASH,
    parentHash: head.hash,
    proposer: CONSENSUS_KEY.publicKey,
    parentStateRoot: head.stateRoot,
    transactions,
  };
  return { ...header, ...sealBlock(header, CONSENSUS_KEY), lastCommit: [] };
}
