import {
  type Action,
  type AddressBytes,
  asEpochIndex,
  asHeight,
  asSpikes,
  bindKeyMessage,
  bytesToHex,
  encodeSignedTransaction,
  equalBytes,
  meetsDifficulty,
  parseAddressBytes,
  type ServeAction,
  type SignedTransaction,
  signingBytes,
  singleSignature,
  type TransactionBody,
  type TransferAction,
  type WeightRow,
  weightCommitment,
  workSeal,
} from "@ganglion/types";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import {
  applyBlock,
  type BlockInput,
  type BlockResult,
  checkInvariants,
  createGenesis,
  type EpochReport,
  type LedgerState,
  type MetagraphView,
  type NeuronView,
  readAccount,
  readEpochReport,
  readHead,
  readMetagraph,
  readParams,
  readRegistration,
  stateRoot,
} from "../../src/index.ts";
import { fund } from "./fund.ts";
import { type GenesisOptions, testGenesis } from "./testGenesis.ts";
import { fakeSign, fakeVerify, type TestKey, testKey } from "./testKey.ts";

export type BlockOptions = { readonly timeMs?: number; readonly signers?: readonly string[] };

/** A block's result, and at the end of an epoch all that its record tells. */
export type SimResult = BlockResult & { readonly epochReport?: EpochReport };

/** A ledger driven block by block; invariants are checked after each. */
export class Sim {
  state: LedgerState;
  readonly genesisHash: Uint8Array;
  readonly #options: GenesisOptions;
  readonly #validators: readonly string[];
  #pending: Uint8Array[] = [];
  readonly #nonces = new Map<string, number>();
  readonly #committed = new Map<string, readonly WeightRow[]>();

  constructor(options: GenesisOptions = {}, state = createGenesis(testGenesis(options))) {
    this.state = state;
    this.#options = options;
    this.genesisHash = readHead(this.state).genesisHash;
    this.#validators = options.validators ?? ["val"];
  }

  /** Another ledger with the same past. */
  fork(): Sim {
    return new Sim(this.#options, this.state);
  }

  get height(): number {
    return readHead(this.state).height;
  }

  get epoch(): number {
    return readHead(this.state).epoch;
  }

  get epochLength(): number {
    return readParams(this.state).epochLengthBlocks;
  }

  get root(): string {
    return bytesToHex(stateRoot(this.state));
  }

  get metagraph(): MetagraphView {
    return readMetagraph(this.state);
  }

  neuron(name: string): NeuronView {
    const hotkey = testKey(name).publicKey;
    const found = this.metagraph.neurons.find((neuron) => equalBytes(neuron.hotkey, hotkey));
    if (found === undefined) throw new RangeError(`${name} has no slot`);
    return found;
  }

  balance(name: string): bigint {
    return readAccount(this.state, testKey(name).address).balance;
  }

  fund(name: string, amount: bigint): void {
    this.state = fund(this.state, testKey(name).address, amount);
  }

  /** Adds a transaction to the next block, signed by the sender and then the others. */
  send(sender: string, action: Action, cosigners: readonly string[] = []): void {
    this.#pending.push(this.sign(this.body(sender, action), [sender, ...cosigners]));
  }

  body(sender: string, action: Action, change: Partial<TransactionBody> = {}): TransactionBody {
    const { address } = testKey(sender);
    const nonce = this.#nonces.get(sender) ?? readAccount(this.state, address).nonce;
    this.#nonces.set(sender, nonce + 1);
    return { sender: address, nonce, validUntil: asHeight(this.height + 100), action, ...change };
  }

  sign(body: TransactionBody, signers: readonly string[]): Uint8Array {
    const message = signingBytes(body, this.genesisHash);
    const signatures = signers.map((name) => {
      const { publicKey } = testKey(name);
      return singleSignature(publicKey, fakeSign(publicKey, message));
    });
    return encodeSignedTransaction({ body, signatures } satisfies SignedTransaction);
  }

  /** The next block with what was sent. */
  block(options: BlockOptions = {}): SimResult {
    return this.apply(this.nextInput(options));
  }

  /** The block that `block` would apply; what was sent is in it and nowhere else. */
  nextInput(options: BlockOptions = {}): BlockInput {
    const transactions = this.#pending;
    this.#pending = [];
    this.#nonces.clear();
    return this.#input(transactions, options);
  }

  apply(input: BlockInput): SimResult {
    const result = applyBlock(this.state, input, { verifySignature: fakeVerify });
    checkInvariants(result.state);
    this.state = result.state;
    const { epochRecord } = result;
    return epochRecord === undefined
      ? result
      : { ...result, epochReport: readEpochReport(epochRecord, { details: true }) };
  }

  /** Sends one transaction and makes its block. @returns its code */
  include(sender: string, action: Action, cosigners: readonly string[] = []): string {
    this.send(sender, action, cosigners);
    return this.block().receipts[0]?.code ?? "no receipt";
  }

  /** Empty blocks up to a height. */
  runTo(height: number): SimResult {
    let result = this.block();
    while (this.height < height) result = this.block();
    return result;
  }

  /** Registers a hotkey by work for "<name> owner". @returns the code */
  register(name: string, owner = `${name} owner`): string {
    return this.include(name, this.workFor(name, owner));
  }

  workFor(name: string, owner = `${name} owner`): Action {
    const { publicKey: hotkey } = testKey(name);
    const { blockHash, height } = readHead(this.state);
    const { difficulty } = readRegistration(this.state);
    let nonce = 0n;
    const seal = (): Uint8Array => workSeal({ genesisHash: this.genesisHash, blockHash, nonce, hotkey });
    while (!meetsDifficulty(seal(), difficulty)) nonce++;
    return {
      kind: "register",
      hotkey,
      owner: testKey(owner).address,
      proof: { kind: "work", height: asHeight(height), nonce },
    };
  }

  commitOf(name: string, rows: readonly WeightRow[], epoch = this.epoch): Action {
    const hotkey = testKey(name).publicKey;
    const commitment = weightCommitment({ genesisHash: this.genesisHash, hotkey, epoch, rows, salt: SALT, version: 1 });
    return { kind: "commitWeights", epoch: asEpochIndex(epoch), commitment };
  }

  revealOf(rows: readonly WeightRow[], epoch = this.epoch - 1): Action {
    return { kind: "revealWeights", epoch: asEpochIndex(epoch), rows, salt: SALT, version: 1 };
  }

  /** Binds the consensus key to the pool of the hotkey, which sends it. */
  bindOf(key: string, hotkey: string): Action {
    const consensusKey = testKey(key).publicKey;
    const message = bindKeyMessage(this.genesisHash, testKey(hotkey).publicKey);
    return { kind: "bindKey", consensusKey, proof: fakeSign(consensusKey, message) };
  }

  /** One whole epoch from its first block in which each validator reveals the last rows and commits to these. */
  weightEpoch(rowsOf: (validator: string) => readonly WeightRow[]): SimResult {
    const names = this.#validators;
    for (const name of names) {
      if (this.epoch > 0 && this.#committed.has(name))
        this.send(name, this.revealOf(this.#committed.get(name) ?? []));
      const rows = rowsOf(name);
      this.send(name, this.commitOf(name, rows));
      this.#committed.set(name, rows);
    }
    const { epochLengthBlocks } = readParams(this.state);
    const end = (this.epoch + 1) * epochLengthBlocks;
    const refused = this.block().receipts.find((receipt) => receipt.code !== "OK");
    if (refused !== undefined) throw new RangeError(`${refused.code}: ${refused.message}`);
    return this.runTo(end);
  }

  #input(transactions: readonly Uint8Array[], { timeMs, signers }: BlockOptions): BlockInput {
    const head = readHead(this.state);
    const height = head.height + 1;
    const votes = this.#validators.map((name) => ({
      consensusKey: testKey(`${name} consensus`).publicKey,
      power: 1n,
      signed: (signers ?? this.#validators).includes(name),
    }));
    return {
      height,
      timeMs: timeMs ?? head.timeMs + readParams(this.state).blockTargetMs,
      hash: sha256(utf8ToBytes(`block ${height}`)),
      proposer: testKey(`${this.#validators[0]} consensus`).publicKey,
      commitInfo: height > 1 ? votes : [],
      misbehaviour: [],
      transactions,
    };
  }
}

const SALT = sha256(utf8ToBytes("salt"));

export const NOWHERE: AddressBytes = parseAddressBytes(new Uint8Array(20));

/** A miner's endpoint. */
export const SERVE_MINER: ServeAction = {
  kind: "serve",
  role: "miner",
  host: "127.0.0.1",
  port: 9_000,
  modelDigest: new Uint8Array(32),
  version: 1,
};

export const SERVE_VALIDATOR: ServeAction = { ...SERVE_MINER, role: "validator", host: "", port: 0 };

export function transferTo(key: TestKey, amount: bigint): TransferAction {
  return { kind: "transfer", to: key.address, amount: asSpikes(amount) };
}
