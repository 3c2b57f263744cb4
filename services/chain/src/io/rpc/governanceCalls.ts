import { readCharter, readGovernance } from "@ganglion/ledger";
import type { ChainHandlers, RpcContext } from "./rpcContext.ts";

/** What all stake decides and decided. */
export function createGovernanceCalls({
  application,
}: RpcContext): Pick<ChainHandlers, "getCharter" | "getGovernance"> {
  return {
    getCharter: async () => {
      const { text, adoptedAt } = readCharter(application.state);
      return { text: new TextDecoder().decode(text), adoptedAt };
    },
    getGovernance: async () => {
      const { upgrade, proposals, ...round } = readGovernance(application.state);
      return {
        ...round,
        upgradeHeight: upgrade.height,
        upgradeName: upgrade.name,
        proposals: [...proposals],
      };
    },
  };
}
