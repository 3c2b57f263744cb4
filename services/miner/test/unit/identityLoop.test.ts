import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChainParams } from "@ganglion/client";
import { createSigner, type Signer } from "@ganglion/keys";
import { PRESETS } from "@ganglion/params";
import { Registry } from "@ganglion/runtime/metrics";
import { type Action, addressOfKey, GanglionError } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Desired } from "../../src/core/planIdentity.ts";
import { IdentityLoop, type IdentityModules } from "../../src/io/identityLoop.ts";
import { LedgerView } from "../../src/io/ledgerView.ts";
import { SpendingRecord } from "../../src/io/spendingRecord.ts";
import { createMinerMetrics } from "../../src/metrics.ts";
import { silentLogger } from "../gen/pluginHost.ts";
import { waitUntil } from "../gen/waitUntil.ts";

const signer = createSigner(new Uint8Array(32).fill(7));
const payer = createSigner(new Uint8Array(32).fill(8));
const cardDigest = new Uint8Array(32).fill(3);

function paramsWith(burnPriceSpikes: bigint): ChainParams {
  const { protocol } = PRESETS.minimal;
  return { preset: "minimal", protocol, domains: [], difficulty: 1n, burnPriceSpikes, registrationsLeft: 3 };
}

/** A ledger of one slot that does what it is told, one block an action. */
class TinyLedger {
  readonly actions: Action[] = [];
  neuron: chain.Neuron | undefined;
  height = 1;
  readonly signers: (readonly Signer[])[] = [];
  failures = 0;
  burnPriceSpikes = 50n;
  #wake = (): void => undefined;

  readonly client: IdentityModules["client"] = {
    watchMetagraph: (signal) => this.#watch(signal),
    params: () => Promise.resolve(paramsWith(this.burnPriceSpikes)),
    account: () => Promise.resolve(chain.GetAccountResponse.fromPartial({ exists: true, balance: 1_000n })),
    submit: (action, signers) => {
      this.signers.push(signers);
      return this.#submit(action);
    },
  };

  change(neuron: chain.Neuron | undefined): void {
    this.neuron = neuron;
    this.height++;
    this.#wake();
  }

  async *#watch(signal: AbortSignal): AsyncIterable<chain.Metagraph> {
    signal.addEventListener("abort", () => this.#wake());
    while (!signal.aborted) {
      const neurons = this.neuron ? [this.neuron] : [];
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      yield chain.Metagraph.fromPartial({ height: this.height, epoch: 0, neurons });
      await changed;
    }
  }

  #submit(action: Action): Promise<chain.Receipt> {
    if (this.failures-- > 0) return Promise.reject(new GanglionError("REG_FULL", "try later"));
    this.actions.push(action);
    const height = this.height + 1;
    if (action.kind === "register")
      this.change(chain.Neuron.fromPartial({ uid: 5, hotkey: signer.publicKey }));
    if (action.kind === "serve")
      this.change({
        ...chain.Neuron.fromPartial({ uid: 5, hotkey: signer.publicKey }),
        role: chain.NeuronRole.NEURON_ROLE_MINER,
        host: action.host,
        port: action.port,
        modelDigest: action.modelDigest,
      });
    return Promise.resolve(chain.Receipt.fromPartial({ code: "OK", height }));
  }
}

describe("IdentityLoop", () => {
  let folder = "";
  const loops: IdentityLoop[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ganglion-identity-"));
  });
  afterAll(async () => {
    for (const loop of loops) await loop.close();
    await rm(folder, { recursive: true });
  });

  async function start(ledger: TinyLedger, change: Partial<Desired> = {}): Promise<IdentityLoop> {
    const desired: Desired = {
      mode: "work",
      maxPriceSpikes: 0n,
      maxPerDay: 1,
      afterEpochs: 0,
      host: "127.0.0.1",
      port: 4_000,
      ...change,
    };
    const loop = new IdentityLoop(
      { desired, owner: addressOfKey(signer.publicKey), seed: 1 },
      {
        client: ledger.client,
        findWork: () => Promise.resolve({ height: 1, nonce: 9n }),
        signer,
        payer,
        ledger: new LedgerView(),
        spending: await SpendingRecord.open(join(folder, `${loops.length}.json`)),
        cardDigest: () => cardDigest,
        clock: { nowMs: () => Date.now() },
        metrics: createMinerMetrics(new Registry(), "test"),
        logger: silentLogger,
      },
    );
    loops.push(loop);
    loop.start();
    return loop;
  }

  it("registers, then serves, then rests", async () => {
    const ledger = new TinyLedger();
    const loop = await start(ledger);
    await waitUntil(() => loop.state === "serving");
    ledger.change(ledger.neuron);
    await waitUntil(() => loop.uid === 5);
    expect(ledger.actions.map(({ kind }) => kind)).toEqual(["register", "serve"]);
    expect(ledger.neuron).toMatchObject({ host: "127.0.0.1", port: 4_000 });
  });

  it("takes a slot again after it lost its own", async () => {
    const ledger = new TinyLedger();
    const loop = await start(ledger);
    await waitUntil(() => loop.state === "serving");
    ledger.change(undefined);
    await waitUntil(() => ledger.actions.length >= 4);
    expect(ledger.actions.map(({ kind }) => kind)).toEqual(["register", "serve", "register", "serve"]);
  });

  it("tries again after a refusal of the ledger", async () => {
    const ledger = new TinyLedger();
    ledger.failures = 1;
    const loop = await start(ledger);
    await waitUntil(() => loop.state === "serving");
    expect(ledger.actions.length).toBe(2);
  });

  it("burns from the payer's account, within its limits", async () => {
    const ledger = new TinyLedger();
    const loop = await start(ledger, { mode: "burn", maxPriceSpikes: 60n });
    await waitUntil(() => loop.state === "serving");
    expect(ledger.actions[0]).toMatchObject({ kind: "register", proof: { kind: "burn", maxPrice: 60n } });
    expect(ledger.signers[0]).toEqual([payer, signer]);
  });

  it("spends nothing while the price is above its limit, and says so", async () => {
    const ledger = new TinyLedger();
    const loop = await start(ledger, { mode: "burn", maxPriceSpikes: 49n });
    await waitUntil(() => loop.state === "refused");
    expect(loop.detail).toContain("above the limit of 49");
    expect(ledger.actions).toEqual([]);
    ledger.burnPriceSpikes = 49n;
    ledger.change(undefined);
    await waitUntil(() => loop.state === "serving");
  });

  it("burns no more often than its day's limit, even if the slot is lost again", async () => {
    const ledger = new TinyLedger();
    const loop = await start(ledger, { mode: "burn", maxPriceSpikes: 60n });
    await waitUntil(() => loop.state === "serving");
    ledger.change(undefined);
    await waitUntil(() => loop.state === "refused");
    expect(ledger.actions.filter(({ kind }) => kind === "register").length).toBe(1);
  });
});
