import { asSpikes, bytesToHex } from "@ganglion/types";
import { type ConsensusKeyView, type Misbehaviour, readConsensusSet } from "../../src/index.ts";
import { CometSet } from "./cometSet.ts";
import { Sim, type SimResult } from "./sim.ts";
import { type GenesisOptions, testGenesis } from "./testGenesis.ts";
import { testKey } from "./testKey.ts";

const GLN = 1_000_000_000n;

export type NetworkOptions = {
  /** Names of consensus keys that do not sign. */
  readonly absent?: readonly string[];
  readonly misbehaviour?: readonly Misbehaviour[];
  readonly timeMs?: number;
};

/** A ledger under an engine that keeps the set which the ledger gives it, by CometBFT's rules. */
export class Network {
  readonly sim: Sim;
  readonly engine: CometSet;

  constructor(options: GenesisOptions = {}) {
    this.sim = new Sim(options);
    this.engine = new CometSet(testGenesis(options).validators);
  }

  /** The next block with what was sent to the ledger. */
  block({ absent = [], misbehaviour = [], timeMs }: NetworkOptions = {}): SimResult {
    const missing = new Set(absent.map((name) => bytesToHex(testKey(name).publicKey)));
    const input = this.sim.nextInput(timeMs === undefined ? {} : { timeMs });
    const commitInfo = this.engine.votes(missing);
    const result = this.sim.apply({ ...input, commitInfo, misbehaviour });
    this.engine.finish(result.validatorUpdates);
    return result;
  }

  /** Blocks up to a height. */
  runTo(height: number, options: NetworkOptions = {}): SimResult {
    let result = this.block(options);
    while (this.sim.height < height) result = this.block(options);
    return result;
  }

  /** To the end of the present epoch. */
  finishEpoch(options: NetworkOptions = {}): SimResult {
    return this.runTo((this.sim.epoch + 1) * this.sim.epochLength, options);
  }

  /** Registers a hotkey with stake of its own and money to sign with, and binds "<name> consensus". */
  join(name: string, stakeSpikes: bigint): void {
    this.sim.send(name, this.sim.workFor(name));
    this.expectOk();
    this.sim.fund(name, GLN);
    this.stake(`${name} owner`, name, stakeSpikes);
    this.sim.send(name, this.sim.bindOf(`${name} consensus`, name));
    this.expectOk();
  }

  /** Gives somebody money and stakes it. */
  stake(address: string, hotkey: string, amount: bigint): void {
    this.sim.fund(address, amount + GLN);
    this.sim.send(address, { kind: "stake", hotkey: testKey(hotkey).publicKey, amount: asSpikes(amount) });
    this.expectOk();
  }

  /** A block that takes everything that was sent. */
  expectOk(): SimResult {
    const result = this.block();
    const refused = result.receipts.find(({ code }) => code !== "OK");
    if (refused !== undefined) throw new RangeError(`${refused.code}: ${refused.message}`);
    return result;
  }

  /** A name's part of the engine's power, in thousandths rounded down. */
  share(name: string): number {
    const powers = this.engine.powers;
    const total = [...powers.values()].reduce((sum, power) => sum + power, 0n);
    return Number(((powers.get(bytesToHex(testKey(name).publicKey)) ?? 0n) * 1000n) / total);
  }

  /** What the ledger says of a consensus key. */
  key(name: string): ConsensusKeyView | undefined {
    const key = bytesToHex(testKey(name).publicKey);
    return readConsensusSet(this.sim.state).find((view) => bytesToHex(view.consensusKey) === key);
  }
}
