import { REFUSALS } from "@ganglion/runtime/grpc";
import { Registry } from "@ganglion/runtime/metrics";
import { describe, expect, it } from "@jest/globals";
import { createValidatorMetrics } from "../../src/metrics.ts";

async function labelsAfter(codes: readonly string[]): Promise<readonly unknown[]> {
  const register = new Registry();
  const metrics = createValidatorMetrics(register, "judge");
  for (const code of codes) metrics.asked("3", 0.1, code);
  const faults = await register.getSingleMetric("ganglion_validator_miner_faults_total")?.get();
  return faults?.values.map(({ labels }) => labels["code"]) ?? [];
}

describe("the validator's metrics", () => {
  it("count every code that a miner invents as one", async () => {
    const invented = Array.from({ length: 200 }, (_, i) => `MINER_${i}`);
    expect(await labelsAfter([...invented, "MINER_QUEUE_FULL"])).toEqual(["OTHER", "MINER_QUEUE_FULL"]);
  });

  it("tell the refusals of our own servers apart", async () => {
    const codes = [...Object.keys(REFUSALS), "GRPC_UNAVAILABLE", "WIRE_BAD_REQUEST"];
    expect(await labelsAfter(["OK", ...codes])).toEqual(codes);
  });
});
