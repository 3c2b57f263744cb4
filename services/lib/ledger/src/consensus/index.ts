export { adjustDemand, type Demand } from "./adjustDemand.ts";
export { blockEmission } from "./blockEmission.ts";
export { computeEpoch } from "./computeEpoch.ts";
export type { EpochDomain, EpochInput, EpochOutput, EpochParams } from "./epochTypes.ts";
export { selectPermits } from "./selectPermits.ts";
export { EMPTY_ROW, type SparseRow } from "./sparseRow.ts";
export { splitByLargestRemainder } from "./splitByLargestRemainder.ts";
export { toFractions53 } from "./toFractions53.ts";
