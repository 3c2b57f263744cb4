import { rmSync } from "node:fs";
import { verifySignature } from "@ganglion/keys";
import type { LedgerApplication } from "../../src/engine/ledgerApplication.ts";
import { openDatabase } from "../../src/io/database.ts";
import { ChainStore } from "../../src/io/store.ts";
import { ACCOUNTS, accountsOf, genesisOf, type NodeSpec } from "./cometbftNode.ts";
import { fundedApplication } from "./funded.ts";
import { newFolder } from "./runChain.ts";

export type SoloReplay = {
  /** Of the node, which must have ended. */
  readonly recorded: ChainStore;
  /** At the node's genesis, in a folder of its own. */
  readonly application: LedgerApplication;
  /** Removes that folder. */
  readonly close: () => Promise<void>;
};

/** A stopped node's blocks, and the application that solo would execute them with. */
export function openSoloReplay(spec: NodeSpec): SoloReplay {
  const { validators, ledger, accounts = ACCOUNTS.length } = spec;
  const recorded = openDatabase(spec.folder);
  const folder = newFolder();
  const fresh = openDatabase(folder);
  const genesis = genesisOf(validators, ledger);
  return {
    recorded: new ChainStore(recorded),
    application: fundedApplication(new ChainStore(fresh), accountsOf(accounts), verifySignature, genesis),
    close: async () => {
      await recorded.close();
      await fresh.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
