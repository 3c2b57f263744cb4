import { Bench } from "tinybench";
import { computeEpoch } from "../../src/consensus/computeEpoch.ts";
import type { EpochInput } from "../../src/consensus/epochTypes.ts";
import { EMPTY_ROW, type SparseRow } from "../../src/consensus/sparseRow.ts";
import { createYardstick } from "../gen/createYardstick.ts";

const NEURONS = 2_048;
const VALIDATORS = [64, 256, 1_024];
const MARKETS = [
  { domains: 1, consensusMode: "classic" },
  { domains: 4, consensusMode: "classic" },
  { domains: 1, consensusMode: "yuma3" },
] as const;
const SEED = 20_261_122;

/** Every validator weights every neuron within 10 % of the others (split over the domains) and holds bonds in all. */
function buildInput(validators: number, { domains, consensusMode }: (typeof MARKETS)[number]): EpochInput {
  let state = SEED;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const quality = Array.from({ length: NEURONS }, () => 0.2 + random());
  const rowOf = (domain: number): SparseRow => {
    const uids = Uint16Array.from(quality.keys()).filter((uid) => uid % domains === domain);
    const values = uids.map((uid) => Math.floor((quality[uid] ?? 0) * (0.95 + 0.1 * random()) * 50_000));
    return { uids, values };
  };
  const bondsOf = (): SparseRow => ({
    uids: Uint16Array.from(quality.keys()),
    values: Uint16Array.from(quality, () => Math.floor(random() * 65_535)),
  });
  const permits = Uint8Array.from(quality, (_, uid) => (uid < validators ? 1 : 0));
  return {
    n: NEURONS,
    stakeSpikes: quality.map((_, uid) => (uid < validators ? BigInt(Math.floor(1e15 * (1 + random()))) : 0n)),
    active: new Uint8Array(NEURONS).fill(1),
    permits,
    nextPermits: permits,
    weightsSetAt: new Float64Array(NEURONS).fill(10),
    registeredAt: new Float64Array(NEURONS),
    lastEpochHeight: 5,
    domains: Array.from({ length: domains }, (_, domain) => ({
      share: 1,
      rows: quality.map((_, uid) => (uid < validators ? rowOf(domain) : undefined)),
    })),
    bonds: quality.map((_, uid) => (uid < validators ? bondsOf() : EMPTY_ROW)),
    params: {
      kappaU16: 32_767,
      bondsPenaltyU16: 65_535,
      bondsMovingAveragePpm: 900_000,
      incentiveFrom: "consensus",
      consensusMode,
    },
  };
}

/** Milliseconds of an epoch (median), and how many plain readings of as many binary64 they are worth. */
export async function benchEpoch(): Promise<{ name: string; ms: number; ratio: number }[]> {
  const results: { name: string; ms: number; ratio: number }[] = [];
  for (const market of MARKETS)
    for (const validators of VALIDATORS) {
      const input = buildInput(validators, market);
      const mode = market.consensusMode === "classic" ? "" : `, ${market.consensusMode}`;
      const name = `epoch ${validators} x ${NEURONS}, ${market.domains} domain${market.domains > 1 ? "s" : ""}${mode}`;
      const bench = new Bench({ time: 1_500, warmupTime: 500 });
      bench.add("epoch", () => void computeEpoch(input));
      bench.add("read", createYardstick(validators * NEURONS));
      await bench.run();
      const [epoch = 0, read = 1] = bench.tasks.map((task) =>
        task.result.state === "completed" ? task.result.latency.p50 : Number.NaN,
      );
      results.push({ name, ms: epoch, ratio: epoch / read });
    }
  return results;
}

if (import.meta.main)
  for (const { name, ms, ratio } of await benchEpoch()) {
    const aim = name.startsWith("epoch 256 ") ? { aim: "<= 16" } : {};
    for (const figure of [
      { name, value: ms, unit: "ms", ...aim },
      { name: `${name} / reading its weights once`, value: ratio, unit: "x" },
    ])
      process.stdout.write(`${JSON.stringify(figure)}\n`);
  }
