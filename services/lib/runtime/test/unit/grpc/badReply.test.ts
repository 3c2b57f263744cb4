import type { Writable } from "node:stream";
import { chain } from "@ganglion/wire";
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createPlainClient } from "../../../src/grpc/index.ts";

const Chain = chain.ChainServiceService;
const timeoutMs = 5_000;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

/** A server whose every reply is bytes that are no message. */
async function clientOfGarbage() {
  const garbage = Buffer.from([255, 255, 255]);
  const asIs = (bytes: Buffer): Buffer => bytes;
  const raw = {
    requestStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
  const definition: ServiceDefinition = {
    getStatus: { ...raw, path: Chain.getStatus.path, responseStream: false },
    streamBlocks: { ...raw, path: Chain.streamBlocks.path, responseStream: true },
  };
  const server = new Server();
  server.addService(definition, {
    getStatus: (_call: unknown, respond: (error: null, reply: Buffer) => void) => respond(null, garbage),
    streamBlocks: (call: Writable) => {
      call.write(garbage);
      call.end();
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  closers.push(() => server.forceShutdown());
  const client = createPlainClient(Chain, { target: `127.0.0.1:${port}` });
  closers.push(client.close);
  return client.call;
}

describe("a reply that is no message", () => {
  it("rejects the call with a code and leaves the process alive", async () => {
    const call = await clientOfGarbage();
    await expect(call.getStatus({}, { timeoutMs })).rejects.toMatchObject({
      code: "GRPC_BAD_REPLY",
      data: { method: Chain.getStatus.path },
      cause: expect.anything(),
    });
  });

  it("ends a stream with a code", async () => {
    const call = await clientOfGarbage();
    const stream = call.streamBlocks({ fromHeight: 1 }, { timeoutMs })[Symbol.asyncIterator]();
    await expect(stream.next()).rejects.toMatchObject({ code: "GRPC_BAD_REPLY" });
  });
});
