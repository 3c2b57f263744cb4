import { chainOptions } from "@ganglion/resources";
import { GanglionError } from "@ganglion/types";
import type { NodePlan } from "../core/planChainNodes.ts";
import type { NetworkPlan } from "../core/planNetwork.ts";
import { assertSameEngine, prepareGenesis, signatoriesOf } from "./chainFiles.ts";
import { startChainNodes } from "./chainNodes.ts";
import type { Identities } from "./identities.ts";
import type { Programs } from "./programs.ts";
import type { StateFolder } from "./stateFolder.ts";

const READY_MS = 30_000;

export type ChainProgramsOptions = {
  readonly plan: NetworkPlan;
  /** Of CometBFT; empty for engine solo. */
  readonly nodes: readonly NodePlan[];
  readonly folder: StateFolder;
  readonly identities: Identities;
  readonly programs: Programs;
  readonly cacheDir: string;
};

/**
 * Starts a market's ledger and waits until it answers. The first start must succeed: a chain that cannot open its store
 * is the user's to mend. Should it fall later, it comes back on the same port, where all others look for it.
 *
 * @returns the query APIs of its nodes, host:port
 * @throws GanglionError LOCAL_OTHER_NETWORK | LOCAL_OTHER_ENGINE | LOCAL_CHAIN_SLOW | LOCAL_NO_COMETBFT | the chain's own
 */
export async function startChainPrograms(options: ChainProgramsOptions): Promise<readonly string[]> {
  const { plan, nodes, folder, identities, programs, cacheDir } = options;
  const { chainId, preset, domains } = plan.chain.spec.genesis;
  assertSameEngine(folder, nodes);
  const signatories = signatoriesOf(plan, nodes);
  const genesisPlan = { chainId, preset, domains, timeMs: Date.now() };
  const genesisFile = prepareGenesis(folder, identities, genesisPlan, signatories);
  const shared = chainOptions(plan.chain, {
    dataDir: folder.path("chain"),
    genesisFile,
    consensusKeyFile: identities.key(signatories[0]?.keyName ?? plan.chain.name, "hotkey").path,
    passwordFile: undefined,
  });
  if (nodes.length === 0) return [await startSolo(options, shared)];
  const started = await startChainNodes({ folder, identities, programs, nodes, shared, cacheDir });
  return started.map(({ endpoint }) => endpoint);
}

async function startSolo({ plan, folder, programs }: ChainProgramsOptions, config: object): Promise<string> {
  const { name } = plan.chain;
  const chain = programs.start({ kind: "chain", name, config, onReady: () => undefined });
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () =>
        reject(
          new GanglionError(
            "LOCAL_CHAIN_SLOW",
            `the chain was not ready in ${READY_MS / 1000} s: see its log in ${folder.path("logs")}`,
          ),
        ),
      READY_MS,
    ).unref();
  });
  const { port } = await Promise.race([chain.ready, late]);
  folder.write(`config/${name}.json`, `${JSON.stringify({ ...config, port }, null, 2)}\n`);
  return `127.0.0.1:${port}`;
}
