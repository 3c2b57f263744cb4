import type { EpochRecord } from "@ganglion/ledger";
import { asHeight, asSpikes, parseHotkey } from "@ganglion/types";

/** Two validators (0 and 1) and a miner (2) that both weighted, one domain. */
export function epochRecordOf(epoch: number): EpochRecord {
  const neuron = (byte: number, incentive: number) => ({
    hotkey: parseHotkey(new Uint8Array(32).fill(byte)),
    registeredAt: 0,
    rank: incentive / 3,
    consensus: 0.5,
    incentive,
    dividend: 0.1 + 0.2,
    validatorTrust: 1,
    minerEmission: asSpikes(5n),
    validatorEmission: asSpikes(0n),
    consensusEmission: asSpikes(1n),
  });
  const row = (...values: number[]) => ({ uids: Uint16Array.of(1, 2).subarray(0, values.length), values: Uint16Array.from(values) });
  return {
    epoch,
    firstHeight: asHeight(epoch * 10 + 1),
    lastHeight: asHeight(epoch * 10 + 10),
    countedBlocks: 10,
    minted: asSpikes(10n),
    minersMinted: asSpikes(5n),
    validatorsMinted: asSpikes(4n),
    consensusMinted: asSpikes(1n),
    bootstrap: true,
    neurons: [neuron(1, 0), neuron(2, 0), neuron(3, 1)],
    domains: [
      {
        name: "en",
        sharePpm: 1_000_000,
        effectiveShare: 1,
        scoredStake: 1,
        medians: Float64Array.of(0, 0, 1 / 3),
        votes: [
          { validatorUid: 0, stake: 1 / 3, setAt: 4, rowSum: 65_535, row: row(30_000, 35_535) },
          { validatorUid: 1, stake: 2 / 3, setAt: 5, rowSum: 1, row: { uids: Uint16Array.of(2), values: Uint16Array.of(1) } },
        ],
      },
    ],
    bonds: [{ validatorUid: 1, row: { uids: Uint16Array.of(2), values: Uint16Array.of(65_535) } }],
  };
}
