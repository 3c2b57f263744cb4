import { randomBytes } from "node:crypto";
import { connect, createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { createTlsAnchor, createTlsLeaf, tlsServerName } from "@ganglion/keys";
import { authOf, clientTo, minerSigner, requestOf, serveSynapse } from "../gen/grpcFixtures.ts";

const REPLY_BYTES = 1024 ** 2;
const ROWS = 512;
const IN_FLIGHT = 8;
const CALLS = 400;
const ROUNDS = 5;
const WINDOW_BYTES = 8 * 1024 ** 2;
const reply = {
  representations: new Uint8Array(randomBytes(REPLY_BYTES)),
  rows: ROWS,
  networkDim: 1024,
  modelDigest: new Uint8Array(32),
};
const request = requestOf(64, 256);

type Side = { readonly once: () => Promise<number>; readonly close: () => Promise<void> };

/** Calls a second with 8 in flight. */
async function rate(once: () => Promise<number>): Promise<number> {
  let left = CALLS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) if ((await once()) !== REPLY_BYTES) throw new RangeError("a reply has a wrong size");
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return CALLS / ((performance.now() - start) / 1000);
}

async function signedForward(): Promise<Side> {
  const { server, port } = await serveSynapse(authOf(), { forward: async () => reply });
  const client = clientTo(port);
  return {
    once: async () => (await client.call.forward(request, { timeoutMs: 30_000 })).representations.length,
    close: async () => {
      client.close();
      await server.close(100);
    },
  };
}

async function rawHttp2(): Promise<Side> {
  const leaf = createTlsLeaf(minerSigner, Date.now());
  const settings = { initialWindowSize: WINDOW_BYTES };
  const server = createSecureServer({
    cert: leaf.certificatePem,
    key: leaf.privateKeyPem,
    settings,
    maxSessionMemory: 1000,
  });
  const body = Buffer.from(reply.representations);
  server.on("session", (session) => session.setLocalWindowSize(WINDOW_BYTES));
  server.on("stream", (stream) => {
    stream.resume();
    stream.on("end", () => {
      stream.respond({ ":status": 200 });
      stream.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const session = connect(`https://127.0.0.1:${port}`, {
    ca: createTlsAnchor(minerSigner.publicKey),
    servername: tlsServerName(minerSigner.publicKey),
    settings,
    maxSessionMemory: 1000,
  });
  await new Promise<void>((resolve) => session.once("connect", () => resolve()));
  session.setLocalWindowSize(WINDOW_BYTES);
  const sent = Buffer.alloc(64 * 260);
  return {
    once: () =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ":method": "POST", ":path": "/forward" });
        let bytes = 0;
        stream.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        stream.on("end", () => resolve(bytes));
        stream.on("error", reject);
        stream.end(sent);
      }),
    close: async () => {
      session.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
const sides = { forward: await signedForward(), raw: await rawHttp2() };
await rate(sides.forward.once);
await rate(sides.raw.once);
const seen: { forward: number[]; raw: number[] } = { forward: [], raw: [] };
for (let round = 0; round < ROUNDS; round++) {
  seen.forward.push(await rate(sides.forward.once));
  seen.raw.push(await rate(sides.raw.once));
}
await sides.forward.close();
await sides.raw.close();
const forward = median(seen.forward);
const raw = median(seen.raw);
const name = `Forward of 1 MiB, ${IN_FLIGHT} in flight, signed, over TLS`;
for (const figure of [
  { name, value: forward, unit: "/s" },
  { name: "raw HTTP/2 over TLS, 8 MiB windows", value: raw, unit: "/s" },
  { name: "Forward / raw HTTP/2", value: forward / raw, unit: "x", aim: ">= 0.60" },
])
  process.stdout.write(`${JSON.stringify(figure)}\n`);
