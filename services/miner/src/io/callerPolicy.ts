import { Refusal } from "@ganglion/runtime/grpc";
import type { Hotkey } from "@ganglion/types";
import { mayCall } from "../core/mayCall.ts";
import type { MinerMetrics } from "../metrics.ts";
import type { LedgerView } from "./ledgerView.ts";

const RETRY_MS = 1_000;

export type CallerPolicyModules = {
  readonly ledger: LedgerView;
  readonly metrics: MinerMetrics;
  readonly isDraining: () => boolean;
};

/** Asked before a request's body is read: undefined admits the caller. */
export function createCallerPolicy(
  leastStakeSpikes: bigint,
  modules: CallerPolicyModules,
): (caller: Hotkey) => Refusal | undefined {
  return (caller) => {
    const refused = decide(caller, leastStakeSpikes, modules);
    if (refused) modules.metrics.refusal(refused.code);
    return refused;
  };
}

function decide(caller: Hotkey, leastStakeSpikes: bigint, modules: CallerPolicyModules): Refusal | undefined {
  const { ledger, isDraining } = modules;
  if (isDraining()) return new Refusal("CALL_OVERLOADED", "this miner is stopping", RETRY_MS);
  if (ledger.metagraph === undefined)
    return new Refusal("CALL_NOT_ALLOWED", "this miner has not seen the ledger yet", RETRY_MS);
  const neuron = ledger.neuronOf(caller);
  const view = neuron && { permit: neuron.permit, bootstrap: neuron.bootstrap, stakeSpikes: neuron.stake };
  if (mayCall(view, leastStakeSpikes)) return undefined;
  return new Refusal("CALL_NOT_ALLOWED", "callers need a validator permit, or enough stake");
}
