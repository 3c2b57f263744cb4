import type { Signer } from "@ganglion/keys";
import { readAccount, readHead, readParams, readRegistration } from "@ganglion/ledger";
import {
  ACTION_KINDS,
  type Action,
  type ActionKind,
  addressOfKey,
  asEpochIndex,
  asHeight,
  asSpikes,
  asUid,
  bindKeyMessage,
  encodeSignedTransaction,
  meetsDifficulty,
  type ProposalContent,
  type Random,
  signingBytes,
  singleSignature,
  UNSTAKE_ALL,
  type WeightRow,
  weightCommitment,
  workSeal,
} from "@ganglion/types";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { keyOf } from "./network.ts";

const SALT = new Uint8Array(32).fill(9);
const ROWS: readonly WeightRow[] = [{ domainId: 0, entries: [{ uid: asUid(0), weight: 1 }] }];
/** Tries before a nonce of a work seal is given up. */
const WORK_TRIES = 4_096n;
const RICH = 3;

/** Who may send what. */
export type MixedPeople = {
  readonly accounts: readonly Signer[];
  /** With slots from genesis; the first sends too, all are staked on. */
  readonly validators: readonly Signer[];
  /** Before the names of all who come later, so that two loads share none. */
  readonly name: string;
  /** Sends what a validator's owner sends. */
  readonly owner: Signer;
};

export type Draft = { readonly sender: Signer; readonly action: Action; readonly cosigner?: Signer };

/** Actions of every kind that the ledger often takes: who sends which follows from the random numbers alone. */
export class MixedLoad {
  readonly #people: MixedPeople;
  readonly #random: Random;
  #newcomers = 0;
  /** Who sent a key and had money to. */
  #bound: Signer;

  constructor(people: MixedPeople, random: Random) {
    this.#people = people;
    this.#random = random;
    this.#bound = people.owner;
  }

  /** Of a kind chosen at random, or of this one. */
  draft(application: LedgerApplication, kind = this.#kind()): Draft {
    const makers: { readonly [Kind in ActionKind]: () => Draft } = {
      transfer: () => this.#byAccount({ kind: "transfer", to: addressOfKey(this.#receiver().publicKey), amount: this.#amount(1_000_000) }),
      stake: () => this.#stake(),
      unstake: () => this.#byAccount({ kind: "unstake", hotkey: this.#validator().publicKey, amount: this.#some() }),
      moveStake: () =>
        this.#byAccount({
          kind: "moveStake",
          from: this.#validator().publicKey,
          to: this.#validator().publicKey,
          amount: this.#some(),
        }),
      setTake: () => ({
        sender: this.#people.owner,
        action: { kind: "setTake", hotkey: this.#validator().publicKey, takePpm: this.#below(180_000) },
      }),
      register: () => this.#registration(application),
      serve: () => ({ sender: this.#sender(), action: this.#endpoint() }),
      unserve: () => ({ sender: this.#sender(), action: { kind: "unserve" } }),
      commitWeights: () => this.#commit(application),
      revealWeights: () => this.#reveal(application),
      bindKey: () => this.#bind(application),
      unbindKey: () => ({ sender: this.#bound, action: { kind: "unbindKey" } }),
      swapHotkey: () => this.#swap(),
      publishRecord: () => this.#byAccount(this.#record()),
      propose: () => ({ sender: this.#rich(), action: { kind: "propose", content: this.#content() } }),
      vote: () => ({
        sender: this.#rich(),
        action: {
          kind: "vote",
          proposal: this.#below(8),
          hotkey: this.#validator().publicKey,
          choice: this.#below(2) === 0 ? "yes" : "no",
        },
      }),
    };
    return makers[kind]();
  }

  /** A third are transfers, a third stake, the rest of any kind. */
  #kind(): ActionKind {
    const part = this.#below(3);
    if (part === 0) return "transfer";
    return part === 1 ? "stake" : (ACTION_KINDS[this.#below(ACTION_KINDS.length)] ?? "transfer");
  }

  #byAccount(action: Action): Draft {
    return { sender: this.#account(), action };
  }

  /** By work while the seal is easy, else by burn; each newcomer is another hotkey. */
  #registration({ state, genesisHash }: LedgerApplication): Draft {
    const { hot, owner } = this.#newcomer(this.#newcomers++);
    const base = { kind: "register", hotkey: hot.publicKey, owner: addressOfKey(owner.publicKey) } as const;
    const { blockHash, height } = readHead(state);
    const { difficulty } = readRegistration(state);
    const sealOf = (nonce: bigint) => workSeal({ genesisHash, blockHash, nonce, hotkey: hot.publicKey });
    for (let nonce = 0n; nonce < WORK_TRIES && this.#newcomers % 2 === 0; nonce++)
      if (meetsDifficulty(sealOf(nonce), difficulty))
        return { sender: hot, action: { ...base, proof: { kind: "work", height: asHeight(height), nonce } } };
    const proof = { kind: "burn", maxPrice: asSpikes(1_000_000_000_000n) } as const;
    return { sender: this.#account(), action: { ...base, proof }, cosigner: hot };
  }

  #endpoint(): Action {
    const modelDigest = new Uint8Array(32).fill(this.#below(256));
    return { kind: "serve", role: "validator", host: "127.0.0.1", port: 1 + this.#below(60_000), modelDigest, version: 1 };
  }

  #commit({ state, genesisHash }: LedgerApplication): Draft {
    const sender = this.#sender();
    const { epoch } = readHead(state);
    const commitment = weightCommitment({ genesisHash, hotkey: sender.publicKey, epoch, rows: ROWS, salt: SALT, version: 1 });
    return { sender, action: { kind: "commitWeights", epoch: asEpochIndex(epoch), commitment } };
  }

  #reveal({ state }: LedgerApplication): Draft {
    const epoch = Math.max(0, readHead(state).epoch - readParams(state).revealDelayEpochs);
    return {
      sender: this.#sender(),
      action: { kind: "revealWeights", epoch: asEpochIndex(epoch), rows: ROWS, salt: SALT, version: 1 },
    };
  }

  /** Of a newcomer, so that the nodes' own keys stay those that vote. */
  #bind({ state, genesisHash }: LedgerApplication): Draft {
    const sender = this.#newcomer().hot;
    if (readAccount(state, addressOfKey(sender.publicKey)).balance > 0n) this.#bound = sender;
    const key = keyOf(`${this.#people.name}-newcomer-consensus-${this.#below(1_000)}`);
    const proof = key.sign(bindKeyMessage(genesisHash, sender.publicKey));
    return { sender, action: { kind: "bindKey", consensusKey: key.publicKey, proof } };
  }

  #swap(): Draft {
    const cosigner = keyOf(`${this.#people.name}-swapped-${this.#below(1_000_000)}`);
    const { hot: old, owner } = this.#newcomer();
    return {
      sender: owner,
      action: { kind: "swapHotkey", hotkey: old.publicKey, newHotkey: cosigner.publicKey },
      cosigner,
    };
  }

  /** A few hold much, so that they may propose. */
  #stake(): Draft {
    const hotkey = this.#validator().publicKey;
    if (this.#below(10) > 0) return this.#byAccount({ kind: "stake", hotkey, amount: this.#amount(10_000_000) });
    return { sender: this.#rich(), action: { kind: "stake", hotkey, amount: this.#amount(300_000_000) } };
  }

  #record(): Action {
    const recordKind = this.#below(2) === 0 ? "dataset" : "modelCard";
    const name = `record-${this.#below(20)}`;
    const digest = new Uint8Array(32).fill(this.#below(256));
    return { kind: "publishRecord", recordKind, name, digest, uri: `https://example.org/${name}` };
  }

  /** Nothing that would stop the network: no upgrade that this version does not know, nobody expelled. */
  #content(): ProposalContent {
    const text = Uint8Array.from("Be useful.", (letter) => letter.charCodeAt(0));
    return { kind: "charter", text };
  }

  #amount(least = 1): ReturnType<typeof asSpikes> {
    return asSpikes(BigInt(least + this.#below(10_000_000)));
  }

  #some(): ReturnType<typeof asSpikes> {
    return this.#below(4) === 0 ? UNSTAKE_ALL : this.#amount(10_000_000);
  }

  /** One of four times who has no money from the start. */
  #receiver(): Signer {
    if (this.#below(4) > 0) return this.#account();
    return [this.#people.owner, this.#sender(), this.#newcomer().hot][this.#below(3)] ?? this.#account();
  }

  /** Of this number, or one who may have a slot already. */
  #newcomer(number = this.#below(Math.max(1, this.#newcomers))): { readonly hot: Signer; readonly owner: Signer } {
    const { accounts, name, owner } = this.#people;
    return { hot: keyOf(`${name}-newcomer-${number}`), owner: accounts[number % accounts.length] ?? owner };
  }

  #rich(): Signer {
    return this.#people.accounts[this.#below(RICH)] ?? this.#account();
  }

  #sender(): Signer {
    return this.#people.validators[0] ?? this.#people.owner;
  }

  #account(): Signer {
    return this.#of(this.#people.accounts);
  }

  #validator(): Signer {
    return this.#of(this.#people.validators);
  }

  #of(signers: readonly Signer[]): Signer {
    return signers[this.#below(signers.length)] ?? this.#people.owner;
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }
}

/** A draft as a transaction with this nonce. */
export function signDraft({ sender, action, cosigner }: Draft, nonce: number, genesisHash: Uint8Array): Uint8Array {
  const body = { sender: addressOfKey(sender.publicKey), nonce, validUntil: asHeight(1_000_000), action };
  const message = signingBytes(body, genesisHash);
  const signers = cosigner === undefined ? [sender] : [sender, cosigner];
  const signatures = signers.map((signer) => singleSignature(signer.publicKey, signer.sign(message)));
  return encodeSignedTransaction({ body, signatures });
}
