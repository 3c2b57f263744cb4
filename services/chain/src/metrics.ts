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

type PublisherProgress = { readonly publishedHeight: number; readonly lagBlocks: number };

export type PublisherMetrics = {
  readonly published: Counter;
  readonly skippedBlocks: Counter;
  readonly errors: Counter<"code">;
  /** Asked at each scrape. */
  readonly observe: (progress: () => PublisherProgress) => void;
};

/** How far the events of the chain have come on their way to NATS. */
export function createPublisherMetrics(register: Registry): PublisherMetrics {
  const registers = [register];
  let read: () => PublisherProgress = () => ({ publishedHeight: 0, lagBlocks: 0 });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `ganglion_chain_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge("published_height", "Events of blocks up to this one are published", () => read().publishedHeight);
  gauge("publish_lag_blocks", "Committed blocks whose events are not published yet", () => read().lagBlocks);
  const counter = (name: string, help: string) =>
    new Counter({ name: `ganglion_chain_${name}`, help, registers });
  return {
    published: counter("events_published_total", "Events that the bus has stored"),
    skippedBlocks: counter(
      "publish_skipped_blocks_total",
      "Blocks pruned before their events were published",
    ),
    errors: new Counter({
      name: "ganglion_chain_publish_errors_total",
      help: "Failed tries to publish, by code",
      labelNames: ["code"],
      registers,
    }),
    observe: (progress) => {
      read = progress;
    },
  };
}
