import { createMixtureState, type MixtureParameters } from "@ganglion/mixture";
import { validatorOptionsSchema } from "../../src/config.ts";
import { CheckpointFile } from "../../src/io/checkpointFile.ts";
import { openLearner } from "../../src/io/learner.ts";
import { ReplayFiles } from "../../src/io/replayFiles.ts";
import { openSources } from "../../src/io/sources.ts";
import { decodeMarket, encodeMarket } from "../../src/market/checkpointCodec.ts";
import { Market } from "../../src/market/market.ts";
import { expertOf, FakePool, noise, SMALL } from "../fakeMarket.ts";

/** Newcomers collect for some steps, and are replayed in some more: a kill falls into either. */
const SLOW: MixtureParameters = {
  ...SMALL,
  newcomers: { replayRows: 1_024, replayPasses: 96, minReplayRows: 256, scoredContexts: 24 },
};
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
      state: createMixtureState({ domains: ["lower"], parameters: SLOW }),
      memory: { randomState: 1, trust: [], replays: [] },
    };
const market = new Market(
  checkpoint.state,
  checkpoint.memory,
  { k: 2, newcomerSeats: 1 },
  {
    pool: new FakePool({ lower: expertOf(LOWER, 1), noise: noise(2) }),
    learner: await openLearner(SLOW, 1),
    sources: await openSources(
      options,
      { k: 2, newcomerSeats: 1, scoredRowsPerStep: 8, walkPacePerEpoch: 1 },
      folder,
    ),
    nowMs: () => 0,
  },
);
market.setRoster(FakePool.rosterOf(["lower", "noise"]), 0);
const replayFiles = new ReplayFiles(`${folder}/replays`);
market.restoreRows(await replayFiles.load(checkpoint.memory.replays, market.state.step));
const tell = (line: object): void => {
  const updates = [...market.state.miners.values()].reduce((sum, { head }) => sum + head.updates, 0);
  const { replays } = market.memory();
  process.stdout.write(`${JSON.stringify({ ...line, updates, replays })}\n`);
};
tell({ start: market.state.step });
const signal = new AbortController().signal;
for (;;) {
  const outcome = await market.step(0, signal);
  const memory = market.memory();
  await replayFiles.append(market.takeUnsavedRows());
  await file.save(encodeMarket({ state: market.state, memory }), Date.now());
  await replayFiles.keep(memory.replays);
  const rows = outcome?.plan.contexts.map(({ document, offset }) => `${document}/${offset}`);
  tell({ step: market.state.step, rows });
}
