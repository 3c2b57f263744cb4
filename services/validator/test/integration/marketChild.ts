import { createMixtureState } from "@ganglion/mixture";
import { validatorOptionsSchema } from "../../src/config.ts";
import { CheckpointFile } from "../../src/io/checkpointFile.ts";
import { openLearner } from "../../src/io/learner.ts";
import { openSources } from "../../src/io/sources.ts";
import { decodeMarket, encodeMarket } from "../../src/market/checkpointCodec.ts";
import { Market } from "../../src/market/market.ts";
import { expertOf, FakePool, noise, SMALL } from "../fakeMarket.ts";

/** A market on disk that tells its parent of every step: `node marketChild.ts FOLDER`, until it is killed. */
const folder = process.argv[2] ?? "";
const LOWER = "abcdefghijklmnop";
const options = validatorOptionsSchema.parse({
  name: "child",
  network: { endpoints: ["none:1"] },
  identity: { seedFile: "none" },
  sources: [
    { domain: "lower", class: "public", files: [`${folder}/public.jsonl`] },
    { domain: "lower", class: "heldBack", files: [`${folder}/heldBack.jsonl`] },
  ],
  mixture: { scoredRowsPerStep: 8, trainRowsPerStep: 128, walkPacePerEpoch: 1 },
  checkpointDir: folder,
});
const file = new CheckpointFile(folder, 1_000);
const saved = await file.load();
const checkpoint = saved
  ? decodeMarket(saved)
  : {
      state: createMixtureState({ domains: ["lower"], parameters: SMALL }),
      memory: { randomState: 1, trust: [] },
    };
const market = new Market(
  checkpoint.state,
  checkpoint.memory,
  { k: 2, newcomerSeats: 1 },
  {
    pool: new FakePool({ lower: expertOf(LOWER, 1), noise: noise(2) }),
    learner: await openLearner(SMALL, 1),
    sources: await openSources(
      options,
      { k: 2, newcomerSeats: 1, scoredRowsPerStep: 8, walkPacePerEpoch: 1 },
      folder,
    ),
    nowMs: () => 0,
  },
);
market.setRoster(FakePool.rosterOf(["lower", "noise"]), 0);
const weigh = (): number =>
  [...market.state.miners.values()].reduce((sum, { head }) => sum + head.updates, 0);
process.stdout.write(`${JSON.stringify({ start: market.state.step, updates: weigh() })}\n`);
const signal = new AbortController().signal;
for (;;) {
  const outcome = await market.step(0, signal);
  await file.save(encodeMarket({ state: market.state, memory: market.memory() }), Date.now());
  const rows = outcome?.plan.contexts.map(({ document, offset }) => `${document}/${offset}`);
  process.stdout.write(`${JSON.stringify({ step: market.state.step, updates: weigh(), rows })}\n`);
}
