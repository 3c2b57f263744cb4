import type { EpochParams } from "../../src/consensus/epochTypes.ts";
import { COPIES, type Copy, measureCopier } from "../gen/copierMarket.ts";

const SEEDS = [20_261_122, 20_261_123, 20_261_124];
const NOISE = 0.1;
const DRIFTS = [0, 0.05, 0.1];
const CLIPPED: EpochParams = {
  kappaU16: 32_767,
  bondsPenaltyU16: 65_535,
  bondsMovingAveragePpm: 900_000,
  incentiveFrom: "consensus",
  consensusMode: "classic",
};

type Form = { readonly name: string; readonly params: EpochParams; readonly delay: number };
const FORMS: readonly Form[] = (["classic", "yuma3"] as const).flatMap((consensusMode) => [
  { name: `${consensusMode}, reveal after 1`, params: { ...CLIPPED, consensusMode }, delay: 1 },
  { name: `${consensusMode}, reveal after 3`, params: { ...CLIPPED, consensusMode }, delay: 3 },
  {
    name: `${consensusMode} with plain bonds, reveal after 1`,
    params: { ...CLIPPED, bondsPenaltyU16: 0, consensusMode },
    delay: 1,
  },
]);
const MEASURED: readonly Copy[] = ["reveal", "reveals", "consensus"];

/** A copier's dividends as a multiple of an honest validator's, the mean of some markets. */
function meanOf(copy: Copy, { params, delay }: Form, drift: number): number {
  const runs = SEEDS.map((seed) =>
    measureCopier({ copy, params, revealDelayEpochs: delay, drift, noise: NOISE, seed }),
  );
  return runs.reduce((sum, run) => sum + run, 0) / runs.length;
}

if (import.meta.main)
  for (const form of FORMS)
    for (const copy of MEASURED)
      for (const drift of DRIFTS) {
        const name = `${form.name}: copies ${COPIES[copy]}, drift ${drift * 100} %`;
        const value = meanOf(copy, form, drift);
        process.stdout.write(`${JSON.stringify({ name, value, unit: "x", aim: "<= 1" })}\n`);
      }
