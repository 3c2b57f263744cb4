import { createSigner } from "@ganglion/keys";
import { addressOfKey, asSpikes } from "@ganglion/types";
import { chain } from "@ganglion/wire";
import { describe, expect, it } from "@jest/globals";
import { EndpointPool } from "../../src/endpointPool.ts";
import { Submitter } from "../../src/submitter.ts";
import { logger, paramsAnswer, runFakeNode } from "../gen/fakeNode.ts";

const SIGNER = createSigner(new Uint8Array(32).fill(1));
const TRANSFER = { kind: "transfer", to: addressOfKey(SIGNER.publicKey), amount: asSpikes(1n) } as const;

/** Submits to a node whose height is what `heightAt` says of the clock, which goes on 20 s with each look at it. */
async function submitTo(heightAt: (nowMs: number) => number) {
  let nowMs = 0;
  const node = await runFakeNode(1, {
    getParams: async () => paramsAnswer(),
    getAccount: async () => chain.GetAccountResponse.fromPartial({ nextNonce: 4, height: 9 }),
    broadcast: async () => chain.BroadcastResponse.fromPartial({ code: "OK" }),
    getTransaction: async () =>
      chain.GetTransactionResponse.fromPartial({ waiting: true, height: heightAt(nowMs) }),
  });
  const pool = new EndpointPool({ endpoints: [node.endpoint] }, { logger });
  const submitter = new Submitter(pool, () => (nowMs += 20_000));
  try {
    return await submitter.submit(TRANSFER, [SIGNER], { validForBlocks: 6 });
  } finally {
    pool.close();
    await node.stop();
  }
}

describe("submit", () => {
  it("gives up when no block comes, and says that the transaction may still be taken", async () => {
    await expect(submitTo(() => 9)).rejects.toMatchObject({
      code: "CLIENT_STALLED",
      message: expect.stringContaining("may still be taken, up to block 15"),
      data: { nonce: 4, validUntil: 15, height: 9 },
    });
  });

  it("goes on waiting while blocks come, until the transaction is void", async () => {
    await expect(submitTo((nowMs) => 9 + nowMs / 20_000)).rejects.toMatchObject({ code: "CLIENT_EXPIRED" });
  });
});
