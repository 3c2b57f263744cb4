import { asSpikes } from "@ganglion/types";
import { adjustDemand } from "../consensus/adjustDemand.ts";
import { readStruct, writeStruct } from "../state/rows.ts";
import type { Execution } from "../tx/transactionRule.ts";

/** Rule REG-7: at the end of an interval difficulty and burn price follow their own counts. */
export function processRegistrationDemand({ state, params, emit }: Execution): void {
  const { difficulty, burnPrice, workCount, burnCount } = readStruct(state, "registration");
  const target = params.targetRegistrationsPerInterval;
  const nextDifficulty = adjustDemand({
    current: difficulty,
    registrations: workCount,
    target,
    min: params.difficultyMin,
    max: params.difficultyMax,
  });
  const nextBurnPrice = adjustDemand({
    current: burnPrice,
    registrations: burnCount,
    target,
    min: params.burnMinSpikes,
    max: params.burnMaxSpikes,
  });
  writeStruct(state, "registration", {
    difficulty: nextDifficulty,
    burnPrice: nextBurnPrice,
    workCount: 0,
    burnCount: 0,
  });
  if (nextDifficulty !== difficulty || nextBurnPrice !== burnPrice)
    emit({
      kind: "RegistrationPriceAdjusted",
      difficulty: nextDifficulty,
      burnPrice: asSpikes(nextBurnPrice),
    });
}
