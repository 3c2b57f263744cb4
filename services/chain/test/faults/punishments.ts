import { verifySignature } from "@ganglion/keys";
import {
  applyBlock,
  type LedgerState,
  type Misbehaviour,
  readConsensusSet,
  readParams,
} from "@ganglion/ledger";
import { equalBytes } from "@ganglion/types";
import type { DecidedBlock } from "../../src/engine/application.ts";
import type { NodeSpec } from "../gen/cometbftNode.ts";
import { keyOf } from "../gen/network.ts";
import { openSoloReplay } from "../gen/soloReplay.ts";

/** An update after block H decides who votes on H + 2. */
const UPDATE_DELAY_BLOCKS = 2;
const PPM = 1_000_000n;

/** A set of the engine, named by the first height on which it votes, and what is behind one key of it. */
type KeyInSet = { readonly set: number; readonly power: bigint; readonly backing: bigint };

type Punishment = { readonly set: number; readonly backing: bigint; readonly burned: bigint };

/** What a chain did about one validator's key that signed twice. */
export type Punishments = {
  /** Heights of the evidence in blocks, ascending. */
  readonly accusedAt: readonly number[];
  /** By rules EVID-2 to EVID-4, from the evidence and the sets alone. */
  readonly due: readonly Punishment[];
  /** What the ledger did. */
  readonly done: readonly Punishment[];
  /** First height on which the key has no vote. */
  readonly leftAt: number | undefined;
  readonly isBarred: boolean;
  /** Powers of all other keys. */
  readonly others: readonly bigint[];
};

/**
 * Executes a stopped node's blocks again and sets what the evidence in them should cost beside what it did.
 * @param spec whose load takes no stake out of the validator's pool
 */
export async function readPunishments(spec: NodeSpec, validator: number): Promise<Punishments> {
  const { recorded, application, close } = openSoloReplay(spec);
  const hotkey = keyOf(`validator-${validator}`).publicKey;
  const sets = [keyInSet(application.state, hotkey, 1)];
  const accusedAt: number[] = [];
  const due: Punishment[] = [];
  const done: Punishment[] = [];
  let left = 0n;
  for (let height = 1; ; height++) {
    const block = recorded.decidedBlock(height);
    if (block === undefined) break;
    if (block.misbehaviour.length > 0) {
      accusedAt.push(...block.misbehaviour.map((fault) => fault.height));
      const { slashPpm } = readParams(application.state);
      const worst = worstUnpunished(block.misbehaviour, sets, due);
      if (worst !== undefined) {
        const burned = (least(worst.backing, left) * BigInt(slashPpm)) / PPM;
        left -= burned;
        due.push({ set: worst.set, backing: worst.backing, burned });
      }
      done.push(...punishmentsBy(application.state, block, sets));
    }
    application.finalizeBlock(block);
    application.commit();
    if (height % readParams(application.state).epochLengthBlocks > 0) continue;
    const next = keyInSet(application.state, hotkey, height + UPDATE_DELAY_BLOCKS);
    left = next.backing;
    sets.push(next);
  }
  const keys = readConsensusSet(application.state);
  await close();
  return {
    accusedAt: accusedAt.sort((a, b) => a - b),
    due,
    done,
    leftAt: sets.find(({ power }) => power === 0n)?.set,
    isBarred: keys.some((key) => key.tombstoned && equalBytes(key.hotkey, hotkey)),
    others: keys.filter((key) => !equalBytes(key.hotkey, hotkey)).map(({ power }) => power),
  };
}

function keyInSet(state: LedgerState, hotkey: Uint8Array, set: number): KeyInSet {
  const key = readConsensusSet(state).find((view) => equalBytes(view.hotkey, hotkey));
  return { set, power: key?.power ?? 0n, backing: key?.stake ?? 0n };
}

/** Rule EVID-3: a block's evidence of a key costs it once, for the set with the most behind it that did not pay yet. */
function worstUnpunished(
  faults: readonly Misbehaviour[],
  sets: readonly KeyInSet[],
  before: readonly Punishment[],
): KeyInSet | undefined {
  return faults
    .map(({ height }) => setAt(sets, height))
    .filter((set) => set.power > 0n && !before.some((punishment) => punishment.set === set.set))
    .sort((a, b) => (a.backing < b.backing ? 1 : -1))[0];
}

function punishmentsBy(
  state: LedgerState,
  { lastCommit, ...input }: DecidedBlock,
  sets: readonly KeyInSet[],
): Punishment[] {
  const { events } = applyBlock(state, { ...input, commitInfo: lastCommit }, { verifySignature });
  return events.flatMap((event) => {
    if (event.kind !== "FaultPunished") return [];
    const { height, backing, burned } = event;
    return [{ set: setAt(sets, height).set, backing, burned }];
  });
}

function setAt(sets: readonly KeyInSet[], height: number): KeyInSet {
  const found = sets.findLast(({ set }) => set <= height);
  if (found === undefined) throw new RangeError(`no set votes on ${height}`);
  return found;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
