import { verifySignature } from "@ganglion/keys";
import { genesisHash } from "@ganglion/ledger";
import { createLogger } from "@ganglion/runtime/log";
import { CometbftEngine } from "../../src/engine/cometbft/cometbftEngine.ts";
import { nodeHome } from "../../src/engine/cometbft/nodeKeys.ts";
import { NO_SNAPSHOTS } from "../../src/engine/cometbft/snapshotSource.ts";
import { openDatabase } from "../../src/io/database.ts";
import { useFastHasher } from "../../src/io/fastHasher.ts";
import { cacheSignatures } from "../../src/io/signatureCache.ts";
import { ChainStore } from "../../src/io/store.ts";
import { BINARY } from "../gen/cometbftBinary.ts";
import { accountsOf, type NodeSpec } from "../gen/cometbftNode.ts";
import { fundedApplication } from "../gen/funded.ts";
import { seedOf } from "../gen/network.ts";
import { BATCH, BLOCK_BYTES, benchGenesis, widenBatches } from "./benchNetwork.ts";

/** `loadedNodeChild SPEC_JSON`: one node as the chain program runs it, for transactions of others, until its input ends. */
const [specText = "{}"] = process.argv.slice(2);
// The parent wrote it a moment ago.
const spec = JSON.parse(specText) as NodeSpec;
await useFastHasher();
const genesis = benchGenesis(spec.validators);
const database = openDatabase(spec.folder);
const application = fundedApplication(
  new ChainStore(database),
  accountsOf(spec.accounts ?? 0),
  cacheSignatures(verifySignature),
  genesis,
);
const home = nodeHome(spec.folder);
const engine = new CometbftEngine(
  {
    binary: BINARY,
    home,
    genesis,
    genesisHash: genesisHash(genesis),
    consensusSeed: seedOf(`consensus-${spec.index}`),
    settings: {
      p2pHost: "127.0.0.1",
      p2pPort: spec.p2pPort,
      persistentPeers: spec.peers,
      allowPrivatePeers: true,
    },
    limits: {
      blockIntervalMs: spec.blockIntervalMs,
      maxTransactions: 50_000,
      maxBytes: BLOCK_BYTES * 16,
      maxTxBytes: 65_536,
    },
  },
  {
    application,
    snapshots: NO_SNAPSHOTS,
    logger: createLogger({ level: "silent" }),
    height: () => application.head.height,
  },
);
widenBatches(home, BATCH);
process.stdin.on("end", () => void stop()).resume();
engine.done.catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
await engine.start();

async function stop(): Promise<void> {
  await engine.close();
  await database.close();
  process.exit(0);
}
