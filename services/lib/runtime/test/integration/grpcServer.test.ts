import { connect as connectHttp2 } from "node:http2";
import { connect as connectTls } from "node:tls";
import { createTlsAnchor, REQUEST_HEADER, signRequest, tlsServerName } from "@ganglion/keys";
import { chain } from "@ganglion/wire";
import { Client, credentials } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createGrpcServer, createPlainClient } from "../../src/grpc/index.ts";
import { createLeafProvider } from "../../src/grpc/leafProvider.ts";
import {
  authOf,
  callerSigner,
  codeOf,
  genesisHash,
  minerSigner,
  Synapse,
  serveSynapse,
  silentLogger,
} from "../gen/grpcFixtures.ts";

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const loopback = { host: "127.0.0.1", port: 0 };
const timeoutMs = 5_000;

describe("a plain server", () => {
  it("answers health and reflection", async () => {
    const server = createGrpcServer(loopback, { logger: silentLogger });
    const port = await server.listen();
    closers.push(() => server.close(50));
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    closers.push(() => client.close());
    const check = () =>
      new Promise<Buffer | undefined>((resolve, reject) => {
        const asIs = (bytes: Buffer): Buffer => bytes;
        client.makeUnaryRequest(
          "/grpc.health.v1.Health/Check",
          asIs,
          asIs,
          Buffer.alloc(0),
          (error, reply) => (error === null ? resolve(reply) : reject(error)),
        );
      });
    expect([...((await check()) ?? [])]).toEqual([8, 1]);
    server.setServing(false);
    expect([...((await check()) ?? [])]).toEqual([8, 2]);
  });

  it("names the port that is in use", async () => {
    const first = createGrpcServer(loopback, { logger: silentLogger });
    const port = await first.listen();
    closers.push(() => first.close(50));
    const second = createGrpcServer({ host: "127.0.0.1", port }, { logger: silentLogger });
    closers.push(() => second.close(50));
    await expect(second.listen()).rejects.toMatchObject({ code: "GRPC_PORT_IN_USE", data: { port } });
  });

  it("ends endless streams at once when it closes, and gives up a busy call after the grace", async () => {
    const server = createGrpcServer(loopback, { logger: silentLogger });
    const never = () => new Promise<never>(() => undefined);
    server.addService(chain.ChainServiceService, {
      ...unimplemented(),
      streamBlocks: async function* () {
        yield { block: undefined };
        await never();
      },
      getStatus: never,
    });
    const port = await server.listen();
    const client = createPlainClient(chain.ChainServiceService, { target: `127.0.0.1:${port}` });
    closers.push(client.close);
    const stream = client.call.streamBlocks({ fromHeight: 1 })[Symbol.asyncIterator]();
    await stream.next();
    const busy = codeOf(client.call.getStatus({}, { timeoutMs }));
    const next = codeOf(stream.next());
    // The busy call has reached the server before the stop, as the stream's next message would have.
    await codeOf(client.call.getSupply({}, { timeoutMs }));
    const closed = server.close(100);
    expect(await next).toBe("CALL_STOPPING");
    await closed;
    expect(["GRPC_UNAVAILABLE", "GRPC_CANCELLED", "GRPC_INTERNAL"]).toContain(await busy);
  });

  it("stops a stream's source when its reader leaves", async () => {
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const server = createGrpcServer(loopback, { logger: silentLogger });
    server.addService(chain.ChainServiceService, {
      ...unimplemented(),
      streamBlocks: async function* (_, call) {
        call.signal.addEventListener("abort", left);
        for (;;) yield { block: undefined };
      },
    });
    const port = await server.listen();
    closers.push(() => server.close(50));
    const client = createPlainClient(chain.ChainServiceService, { target: `127.0.0.1:${port}` });
    closers.push(client.close);
    let seen = 0;
    for await (const _ of client.call.streamBlocks({ fromHeight: 1 })) if (++seen === 3) break;
    await gone;
    expect(seen).toBe(3);
  });
});

describe("a signed server", () => {
  const header = (): Buffer => {
    const body = Buffer.alloc(0);
    const scope = { genesisHash, method: Synapse.forward.path, receiver: minerSigner.publicKey };
    return Buffer.from(signRequest({ ...scope, signer: callerSigner, body, nowMs: Date.now() }));
  };

  /** Opens a call and never sends its body; resolves with the code that ends it. */
  async function openWithoutBody(port: number, proof: Buffer): Promise<string> {
    const session = connectHttp2(`https://127.0.0.1:${port}`, {
      ca: createTlsAnchor(minerSigner.publicKey),
      servername: tlsServerName(minerSigner.publicKey),
    });
    closers.push(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      ":path": Synapse.forward.path,
      "content-type": "application/grpc+proto",
      te: "trailers",
      [REQUEST_HEADER]: proof.toString("base64"),
    });
    return await new Promise<string>((resolve, reject) => {
      stream.on("response", (headers) => resolve(String(headers["ganglion-code"])));
      stream.on("error", reject);
    });
  }

  it("refuses by the header while the body has not been sent", async () => {
    const { server, port } = await serveSynapse(authOf({ genesisHash: new Uint8Array(32).fill(3) }));
    closers.push(() => server.close(50));
    expect(await openWithoutBody(port, header())).toBe("CALL_BAD_SIGNATURE");
  });

  it("gives a client little time for its body", async () => {
    const { server, port } = await serveSynapse(authOf({ bodyTimeoutMs: 100 }));
    closers.push(() => server.close(50));
    expect(await openWithoutBody(port, header())).toBe("CALL_BODY_TOO_SLOW");
  });

  it("shows a renewed leaf to new connections without a restart", async () => {
    const provider = createLeafProvider(minerSigner, { nowMs: Date.now });
    closers.push(provider.close);
    const { Server } = await import("@grpc/grpc-js");
    const server = new Server();
    closers.push(() => server.forceShutdown());
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", provider.credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const serial = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connectTls({
          port,
          host: "127.0.0.1",
          ca: createTlsAnchor(minerSigner.publicKey),
          servername: tlsServerName(minerSigner.publicKey),
          ALPNProtocols: ["h2"],
        });
        socket.on("secureConnect", () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        });
        socket.on("error", reject);
      });
    const first = await serial();
    expect(await serial()).toBe(first);
    provider.renew();
    expect(await serial()).not.toBe(first);
  });
});

function unimplemented() {
  const refuse = async (): Promise<never> => {
    throw new TypeError("not part of this test");
  };
  const refuseStream = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) });
  return {
    getStatus: refuse,
    getMetagraph: refuse,
    watchMetagraph: refuseStream,
    getNeuron: refuse,
    getAccount: refuse,
    getParams: refuse,
    getSupply: refuse,
    getEpochReport: refuse,
    getRewards: refuse,
    getPruningOrder: refuse,
    listRecords: refuse,
    getConsensusKeys: refuse,
    getCharter: refuse,
    getGovernance: refuse,
    getProof: refuse,
    getTransaction: refuse,
    broadcast: refuse,
    simulate: refuse,
    streamBlocks: refuseStream,
    streamEvents: refuseStream,
  };
}
