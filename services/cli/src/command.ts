import { Command } from "commander";
import { addKeys } from "./cmds/keys/index.ts";
import { addExport } from "./cmds/ledger/export.ts";
import { addReplay } from "./cmds/ledger/replay.ts";
import { addRollback } from "./cmds/ledger/rollback.ts";
import { addSnapshot } from "./cmds/ledger/snapshot.ts";
import { addProof } from "./cmds/light/proof.ts";
import { addVerify } from "./cmds/light/verify.ts";
import { addComplete } from "./cmds/market/complete.ts";
import { addValidator } from "./cmds/market/report.ts";
import { addConsensusKey } from "./cmds/money/consensusKey.ts";
import { addOwner } from "./cmds/money/owner.ts";
import { addPropose } from "./cmds/money/propose.ts";
import { addPublish } from "./cmds/money/publish.ts";
import { addRegister } from "./cmds/money/register.ts";
import { addStake } from "./cmds/money/stake.ts";
import { addTransfer } from "./cmds/money/transfer.ts";
import { addVote } from "./cmds/money/vote.ts";
import { addAccount } from "./cmds/query/account.ts";
import { addConsensus } from "./cmds/query/consensus.ts";
import { addEpoch } from "./cmds/query/epoch.ts";
import { addMetagraph } from "./cmds/query/metagraph.ts";
import { addNeuron } from "./cmds/query/neuron.ts";
import { addProposals } from "./cmds/query/proposals.ts";
import { addPruning } from "./cmds/query/pruning.ts";
import { addRecords } from "./cmds/query/records.ts";
import { addRewards } from "./cmds/query/rewards.ts";
import { addTestnet } from "./cmds/testnet.ts";
import { addBench } from "./cmds/tools/bench.ts";
import { addConformance } from "./cmds/tools/conformance.ts";
import { addEvaluate } from "./cmds/tools/evaluate.ts";
import { addSimulate } from "./cmds/tools/simulate.ts";
import { addTrain } from "./cmds/tools/train.ts";
import { addUp } from "./cmds/up.ts";
import { addCommonOptions } from "./options.ts";

const COMMANDS = [
  addUp,
  addTestnet,
  addMetagraph,
  addNeuron,
  addAccount,
  addEpoch,
  addRewards,
  addPruning,
  addConsensus,
  addRecords,
  addProposals,
  addValidator,
  addComplete,
  addKeys,
  addRegister,
  addTransfer,
  addStake,
  addOwner,
  addConsensusKey,
  addPublish,
  addPropose,
  addVote,
  addTrain,
  addEvaluate,
  addSimulate,
  addConformance,
  addProof,
  addVerify,
  addSnapshot,
  addRollback,
  addExport,
  addReplay,
  addBench,
];

/**
 * The `ganglion` command with all that it can do.
 * @param json a wrong call prints nothing by itself: `reportFailure` tells it as an object
 */
export function buildCommand(json: boolean): Command {
  const root = new Command("ganglion")
    .description("a market for machine intelligence")
    .version("0.1.0")
    .exitOverride()
    .showHelpAfterError("(--help shows what is possible)");
  if (json) root.configureOutput({ writeErr: () => undefined });
  for (const add of COMMANDS) add(root);
  for (const command of leaves(root)) addCommonOptions(command);
  return root;
}

function leaves(command: Command): Command[] {
  return command.commands.flatMap((inner) => (inner.commands.length > 0 ? leaves(inner) : [inner]));
}
