import type { BlockResult } from "@ganglion/ledger";
import { Counter, Gauge, Histogram, type Registry } from "@ganglion/runtime/metrics";
import type { Mempool } from "./core/mempool.ts";

const SPIKES_PER_GLN = 1e9;
const BLOCK_BUCKETS_SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

export type ChainMetrics = {
  readonly blockSeconds: Histogram<"part">;
  readonly transactionsRefused: Counter<"code">;
  readonly observeCommit: (result: BlockResult, mempool: Mempool) => void;
};

/** What the chain program shows of itself; all from committed state. */
export function createChainMetrics(register: Registry): ChainMetrics {
  const registers = [register];
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `ganglion_chain_${name}`, help, registers });
  const height = gauge("height", "Height of the last committed block");
  const blockTime = gauge("block_time_seconds", "Time of the last committed block, Unix seconds");
  const issuance = gauge("issuance_gln", "GLN in existence");
  const minted = gauge("minted_gln", "GLN minted since genesis");
  const recycled = gauge("recycled_gln", "GLN recycled by burns and fees since genesis");
  const neurons = gauge("neurons", "Occupied neuron slots");
  const waiting = gauge("mempool_transactions", "Transactions that wait for a block");
  const waitingBytes = gauge("mempool_bytes", "Bytes of the transactions that wait for a block");
  const transactions = new Counter({
    name: "ganglion_chain_transactions_total",
    help: "Transactions in committed blocks by result code",
    labelNames: ["code"],
    registers,
  });
  return {
    blockSeconds: new Histogram({
      name: "ganglion_chain_block_seconds",
      help: "Time that the parts of a block took",
      labelNames: ["part"],
      buckets: BLOCK_BUCKETS_SECONDS,
      registers,
    }),
    transactionsRefused: new Counter({
      name: "ganglion_chain_transactions_refused_total",
      help: "Transactions that the mempool refused, by code",
      labelNames: ["code"],
      registers,
    }),
    observeCommit: ({ state, receipts }, mempool) => {
      const { clock, neurons: slots, supply } = state.view;
      height.set(clock.height);
      blockTime.set(clock.timeMs / 1_000);
      issuance.set(Number(supply.minted - supply.recycled) / SPIKES_PER_GLN);
      minted.set(Number(supply.minted) / SPIKES_PER_GLN);
      recycled.set(Number(supply.recycled) / SPIKES_PER_GLN);
      neurons.set(slots.length);
      waiting.set(mempool.size);
      waitingBytes.set(mempool.sizeBytes);
      for (const { code } of receipts) transactions.inc({ code });
    },
  };
}
