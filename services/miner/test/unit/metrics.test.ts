import { Registry } from "@ganglion/runtime/metrics";
import { describe, expect, it } from "@jest/globals";
import { createMinerMetrics } from "../../src/metrics.ts";

describe("createMinerMetrics", () => {
  it("lets several miners share a register, told apart by name", async () => {
    const register = new Registry();
    createMinerMetrics(register, "one").request("Forward");
    createMinerMetrics(register, "two").request("Forward");
    const text = await register.metrics();
    expect(text).toContain('ganglion_miner_requests_total{identity="one",method="Forward"} 1');
    expect(text).toContain('ganglion_miner_requests_total{identity="two",method="Forward"} 1');
  });

  it("shows what people watch", async () => {
    const register = new Registry();
    const metrics = createMinerMetrics(register, "one");
    metrics.batch({ contexts: 3, rows: 5, forwardMs: 20 });
    metrics.queueWait(4);
    metrics.neuron({ uid: 7, incentive: 0.25, emissionSpikes: 5, stakeSpikes: 6 });
    const text = await register.metrics();
    for (const line of [
      'ganglion_miner_registered{identity="one"} 1',
      'ganglion_miner_uid{identity="one"} 7',
      'ganglion_miner_incentive_ratio{identity="one"} 0.25',
      'ganglion_miner_rows_total{identity="one"} 5',
      'ganglion_miner_forward_seconds_sum{identity="one"} 0.02',
      'ganglion_miner_queue_wait_seconds_count{identity="one"} 1',
    ])
      expect(text).toContain(line);
  });
});
