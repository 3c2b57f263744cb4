import { asEpochIndex } from "@ganglion/types";
import type { ValidatorUpdate } from "../ledgerTypes.ts";
import { readStruct } from "../state/rows.ts";
import { issuanceOf } from "../state/supply.ts";
import type { Execution } from "../tx/transactionRule.ts";
import { buildEpochRecord } from "./buildEpochRecord.ts";
import type { EpochRecord } from "./epochRecord.ts";
import { processBootstrap } from "./processBootstrap.ts";
import { processClock } from "./processClock.ts";
import { processConsensus } from "./processConsensus.ts";
import { processEmission } from "./processEmission.ts";
import { processGovernance } from "./processGovernance.ts";
import { processLiveness } from "./processLiveness.ts";
import { processNeurons } from "./processNeurons.ts";
import { processPermits } from "./processPermits.ts";
import { processPower } from "./processPower.ts";
import { processStake } from "./processStake.ts";
import { processUnbonding } from "./processUnbonding.ts";

/** What the end of an epoch leaves besides the state. */
export type EpochEnd = {
  readonly epochRecord: EpochRecord;
  readonly validatorUpdates: readonly ValidatorUpdate[];
};

/** The end of an epoch, after the transactions of its last block. The order is part of the rules. */
export function processEpoch(execution: Execution): EpochEnd {
  const { state, epoch, emit } = execution;
  const bootstrap = readStruct(state, "bootstrap").active;
  const countedBlocks = processClock(execution);
  const consensus = processConsensus(execution);
  const emission = processEmission(execution, consensus, countedBlocks);
  processNeurons(execution, consensus, emission);
  processStake(execution);
  processLiveness(execution);
  processBootstrap(execution);
  processPermits(execution);
  const validatorUpdates = processPower(execution);
  processUnbonding(execution);
  const { minted } = emission;
  emit({
    kind: "EpochFinished",
    epoch: asEpochIndex(epoch),
    countedBlocks,
    minted,
    issuance: issuanceOf(state),
  });
  const epochRecord = buildEpochRecord(execution, consensus, emission, { countedBlocks, bootstrap });
  processGovernance(execution);
  return { epochRecord, validatorUpdates };
}
