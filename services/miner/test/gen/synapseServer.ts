import { createSigner, type Signer } from "@ganglion/keys";
import { NETWORK_DIM } from "@ganglion/params";
import { createSignedClient, openReplayWindow } from "@ganglion/runtime/grpc";
import { Registry } from "@ganglion/runtime/metrics";
import { chain, synapse } from "@ganglion/wire";
import { type MinerOptionsInput, parseMinerOptions } from "../../src/config.ts";
import { CardCache } from "../../src/io/cardCache.ts";
import { createSynapseServer } from "../../src/io/createSynapseServer.ts";
import { LedgerView } from "../../src/io/ledgerView.ts";
import { createMinerMetrics } from "../../src/metrics.ts";
import type { Model } from "../../src/plugin.ts";
import { silentLogger } from "./pluginHost.ts";

export const genesisHash = new Uint8Array(32).fill(9);
export const minerSigner = createSigner(new Uint8Array(32).fill(1));
const validatorSigner = createSigner(new Uint8Array(32).fill(2));
export const otherValidatorSigner = createSigner(new Uint8Array(32).fill(4));
export const strangerSigner = createSigner(new Uint8Array(32).fill(3));

const clock = { nowMs: () => Date.now() };

export type TestServer = {
  readonly port: number;
  readonly register: Registry;
  readonly drain: (timeoutMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A miner's server without its identity loop: two validators hold permits, the stranger nothing. */
export async function serveModel(
  model: Model,
  stateDir: string,
  limits: MinerOptionsInput["limits"] = {},
): Promise<TestServer> {
  const options = parseMinerOptions({
    name: "test",
    network: { endpoints: ["127.0.0.1:1"] },
    identity: { seedFile: "unused" },
    registration: { mode: "none" },
    model: { plugin: "unused" },
    limits,
    stateDir,
  });
  const register = new Registry();
  const ledger = new LedgerView();
  const neurons = [validatorSigner, otherValidatorSigner].map(({ publicKey }) =>
    chain.Neuron.fromPartial({ hotkey: publicKey, permit: true }),
  );
  ledger.take(chain.Metagraph.fromPartial({ height: 1, neurons }));
  // As if it had started a minute ago: a server without a record refuses what is dated near its start.
  const replay = openReplayWindow(stateDir, clock.nowMs() - 60_000);
  const { server, drain } = createSynapseServer(options, {
    logger: silentLogger,
    clock,
    metrics: createMinerMetrics(register, "test"),
    signer: minerSigner,
    genesisHash,
    replay,
    ledger,
    model,
    cards: new CardCache(model, "test", { signer: minerSigner, genesisHash }),
  });
  const port = await server.listen();
  const close = async (): Promise<void> => {
    await server.close(1_000);
    replay.close();
    await model.close();
  };
  return { port, register, drain, close };
}

export function clientOf(port: number, signer: Signer = validatorSigner) {
  return createSignedClient(synapse.SynapseServiceService, {
    endpoint: { address: "127.0.0.1", port },
    receiver: minerSigner.publicKey,
    signer,
    genesisHash,
  });
}

/** A model whose rows are all of one value. */
export function constantModel(value: number, change: Partial<Model> = {}): Model {
  const modelDigest = new Uint8Array(32).fill(value);
  const facts = {
    name: "constant",
    parameterCount: 1,
    modelDigest,
    dataDigest: new Uint8Array(),
    bitsPerByte: 8,
    license: "Apache-2.0",
    trainedSteps: 0,
  };
  return {
    describe: () => facts,
    waitingFor: () => undefined,
    forward: (contexts) => {
      const count = contexts.reduce((sum, { positions }) => sum + positions.length, 0);
      return Promise.resolve({ rows: new Float32Array(count * NETWORK_DIM).fill(value), modelDigest });
    },
    async *generate(_prompt, { maxBytes }) {
      for (let i = 0; i < maxBytes + 10; i++) yield Uint8Array.of(value);
    },
    close: () => Promise.resolve(),
    ...change,
  };
}
