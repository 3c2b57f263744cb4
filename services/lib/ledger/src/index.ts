export { applyBlock } from "./block/applyBlock.ts";
export { openTrial, type TrialBlock } from "./block/openTrial.ts";
export type { ConformanceCase, JsonValue } from "./conformance/compareCase.ts";
export {
  assertConformanceKind,
  type ConformanceResult,
  listConformanceKinds,
  runConformanceFile,
} from "./conformance/runConformanceFile.ts";
export { adjustDemand, type Demand } from "./consensus/adjustDemand.ts";
export { blockEmission } from "./consensus/blockEmission.ts";
export { computeEpoch } from "./consensus/computeEpoch.ts";
export type {
  EpochContribution,
  EpochDomain,
  EpochInput,
  EpochOutput,
  EpochParams,
} from "./consensus/epochTypes.ts";
export { maxUpscaleToU16 } from "./consensus/maxUpscale.ts";
export {
  type EpochScenario,
  type EpochSimulation,
  SCENARIO_MODES,
  type ScenarioMode,
  type ScenarioValidator,
  type SimulatedDomain,
  type SimulatedNeuron,
} from "./consensus/scenario.ts";
export { simulateEpoch } from "./consensus/simulateEpoch.ts";
export { EMPTY_ROW, type SparseRow } from "./consensus/sparseRow.ts";
export { splitByLargestRemainder } from "./consensus/splitByLargestRemainder.ts";
export type {
  EpochDomainRecord,
  EpochNeuronRecord,
  EpochRecord,
  EpochVote,
} from "./epoch/epochRecord.ts";
export type { EpochDomainReport, EpochNeuronReport, EpochReport } from "./epoch/epochReport.ts";
export { exportGenesis } from "./genesis/continueState.ts";
export { createGenesis } from "./genesis/createGenesis.ts";
export {
  type BootstrapValidator,
  type GenesisDoc,
  type GenesisDomain,
  type GenesisSigner,
  genesisHeight,
  genesisSigners,
} from "./genesis/genesisDoc.ts";
export { genesisHash } from "./genesis/genesisHash.ts";
export { encodeGenesis, parseGenesis } from "./genesis/parseGenesis.ts";
export { checkInvariants } from "./invariants.ts";
export type {
  BlockContext,
  BlockInput,
  BlockResult,
  CheckContext,
  Lane,
  Misbehaviour,
  Receipt,
  TransactionCheck,
  ValidatorUpdate,
  VerifySignature,
  Vote,
} from "./ledgerTypes.ts";
export { listRecords, type RecordQuery, type RecordView } from "./query/listRecords.ts";
export { type ProofSubject, proveSubject, type RowsProof } from "./query/proveRows.ts";
export { type AccountView, readAccount, type StakeView } from "./query/readAccount.ts";
export { readCharter } from "./query/readCharter.ts";
export { readConsensusKeys } from "./query/readConsensusKeys.ts";
export { type ConsensusKeyView, readConsensusSet } from "./query/readConsensusSet.ts";
export { countEpochDetails, type EpochReportQuery, readEpochReport } from "./query/readEpochReport.ts";
export {
  type GovernanceView,
  type ProposalStatus,
  type ProposalView,
  readGovernance,
} from "./query/readGovernance.ts";
export { readHead, type StateHead } from "./query/readHead.ts";
export {
  type DomainView,
  type MetagraphView,
  type NeuronView,
  readMetagraph,
  readNeuronWeights,
  readPruningPlace,
  readUid,
} from "./query/readMetagraph.ts";
export { type PoolView, readPool } from "./query/readPool.ts";
export { type PruningPlace, readPruning } from "./query/readPruning.ts";
export { type RegistrationView, readRegistration } from "./query/readRegistration.ts";
export { readSupply, type SupplyView } from "./query/readSupply.ts";
export { REJECTIONS, type RejectionCode } from "./rejections.ts";
export { findParamsProblem, type ParamsProblem } from "./state/checkParams.ts";
export { type LedgerState, stateRoot } from "./state/ledgerState.ts";
export { readParams } from "./state/params.ts";
export { encodeStateChunks, StateAssembly } from "./state/stateChunks.ts";
export { decodeState, encodeState } from "./state/stateCodec.ts";
export { type StateRow, stateFromRows, stateRows } from "./state/stateRows.ts";
export { checkTransaction } from "./tx/checkTransaction.ts";
export { hasCrowdedSender } from "./tx/hasCrowdedSender.ts";
export { simulateTransaction } from "./tx/simulateTransaction.ts";
export type { Upgrades } from "./upgrade/upgrades.ts";
