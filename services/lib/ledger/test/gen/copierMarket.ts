import type { CreateBonds } from "../../src/consensus/bondsRule.ts";
import { computeEpoch } from "../../src/consensus/computeEpoch.ts";
import type { EpochInput, EpochParams } from "../../src/consensus/epochTypes.ts";
import { maxUpscaleToU16 } from "../../src/consensus/maxUpscale.ts";
import { EMPTY_ROW, type SparseRow } from "../../src/consensus/sparseRow.ts";

/** What a validator that measures nothing commits, from what the chain shows it before the commit's cutoff. */
export const COPIES = {
  /** The root that another committed: it holds that one's hotkey and salt, so it opens nothing. */
  commitment: "another's commitment",
  /** What an honest validator reveals in this epoch. */
  reveal: "one reveal of the epoch",
  /** The best guess of all reveals of this epoch: their median, computed before the ledger does. */
  reveals: "all reveals of the epoch",
  /** The consensus of the last epoch. */
  consensus: "the last epoch's consensus",
} as const;
export type Copy = keyof typeof COPIES;

export type CopierMarket = {
  readonly copy: Copy;
  readonly params: EpochParams;
  readonly createBonds?: CreateBonds;
  readonly revealDelayEpochs: number;
  /** Standard deviation of a miner's relative change in an epoch, and of a validator's relative error. */
  readonly drift: number;
  readonly noise: number;
  readonly seed: number;
};

const HONEST = 9;
const COPIER = HONEST;
const MINERS = 32;
const FIRST_MINER = HONEST + 1;
const N = FIRST_MINER + MINERS;
/** Epochs until bonds of the first epochs are worn off: 0.9^80 of them is left. */
const WARM_UP = 80;
const EPOCHS = 200;

/**
 * The copier's dividends over 200 epochs as a multiple of an honest validator's; all have equal stake. Miners'
 * quality walks at random; honest validators see it with fresh errors; rows count `revealDelayEpochs` after the
 * epoch in which they were committed, and all see the chain alike.
 */
export function measureCopier(market: CopierMarket): number {
  const random = createNormal(market.seed);
  const quality = Array.from({ length: MINERS }, () => 1 + 0.3 * random());
  const committed: (SparseRow | undefined)[][] = [];
  let bonds: readonly SparseRow[] = Array.from({ length: N }, () => EMPTY_ROW);
  let consensus: SparseRow = EMPTY_ROW;
  const paid = { copier: 0, honest: 0 };
  for (let epoch = 0; epoch < WARM_UP + EPOCHS; epoch++) {
    const revealed = committed[epoch - market.revealDelayEpochs] ?? [];
    const copied = copyRow(market.copy, revealed, consensus);
    const own = Array.from({ length: HONEST }, () =>
      toRow(quality.map((value) => Math.max(0.001, value * (1 + market.noise * random())))),
    );
    committed.push([...own, copied]);
    const output = computeEpoch(inputOf(market, revealed, bonds), market.createBonds);
    bonds = output.bonds;
    consensus = toRow([...output.consensus.slice(FIRST_MINER)]);
    if (epoch >= WARM_UP) {
      paid.copier += output.dividends[COPIER] ?? 0;
      for (let uid = 0; uid < HONEST; uid++) paid.honest += (output.dividends[uid] ?? 0) / HONEST;
    }
    quality.forEach((value, miner) => {
      quality[miner] = Math.min(5, Math.max(0.05, value * (1 + market.drift * random())));
    });
  }
  return paid.copier / paid.honest;
}

function copyRow(
  copy: Copy,
  revealed: readonly (SparseRow | undefined)[],
  consensus: SparseRow,
): SparseRow | undefined {
  if (copy === "commitment") return undefined;
  if (copy === "consensus") return consensus;
  if (copy === "reveal") return revealed[0];
  const rows = revealed.slice(0, HONEST).map((row) => {
    const values = [...(row?.values ?? [])];
    const sum = values.reduce((total, value) => total + value, 0);
    return values.map((value) => value / sum);
  });
  return toRow(
    Array.from({ length: MINERS }, (_, miner) => {
      const column = rows.map((row) => row[miner] ?? 0).sort((a, b) => a - b);
      return column[(HONEST - 1) / 2] ?? 0;
    }),
  );
}

function inputOf(
  { params }: CopierMarket,
  revealed: readonly (SparseRow | undefined)[],
  bonds: readonly SparseRow[],
): EpochInput {
  const permits = Uint8Array.from({ length: N }, (_, uid) => (uid < FIRST_MINER ? 1 : 0));
  return {
    n: N,
    stakeSpikes: Array.from(permits, (permit) => BigInt(permit)),
    active: permits,
    permits,
    nextPermits: permits,
    weightsSetAt: new Float64Array(N).fill(1),
    registeredAt: new Float64Array(N),
    lastEpochHeight: 1,
    domains: [{ share: 1, rows: Array.from({ length: N }, (_, uid) => revealed[uid]) }],
    bonds,
    params,
  };
}

/** Weights on all miners. */
function toRow(weights: readonly number[]): SparseRow {
  return {
    uids: Uint16Array.from(weights, (_, miner) => FIRST_MINER + miner),
    values: maxUpscaleToU16(weights),
  };
}

/** Numbers of mean 0 and deviation 1, nearly normal: the sum of twelve even ones. */
function createNormal(seed: number): () => number {
  let state = seed;
  const even = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, even).reduce((sum, value) => sum + value, -6);
}
