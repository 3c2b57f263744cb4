import { generateKeyPairSync } from "node:crypto";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { createSigner, createTlsAnchor, createTlsLeaf, type Signer, tlsServerName } from "@ganglion/keys";
import { afterEach, describe, expect, it } from "@jest/globals";
import {
  callerSigner,
  clientTo,
  genesisHash,
  minerSigner,
  requestOf,
  signerOf,
} from "../gen/grpcFixtures.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Identity = { readonly certificatePem: string; readonly privateKeyPem: string };

/** A bare HTTP/2 server that presents this identity and answers every call with the status UNIMPLEMENTED. */
async function present({ certificatePem, privateKeyPem }: Identity): Promise<number> {
  const server = createSecureServer({ cert: certificatePem, key: privateKeyPem });
  server.on("stream", (stream) => {
    stream.respond(
      { ":status": 200, "content-type": "application/grpc+proto", "grpc-status": "12" },
      { endStream: true },
    );
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function callFor(receiver: Signer, port: number): Promise<{ code: string; message: string }> {
  const client = clientTo(port, { receiver: receiver.publicKey, signer: callerSigner, genesisHash });
  closers.push(client.close);
  return await client.call.forward(requestOf(1), { timeoutMs: 5_000 }).then(
    () => ({ code: "none", message: "" }),
    (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
  );
}

/** A signer that claims the miner's public key and signs with another key. */
const impostor: Signer = { publicKey: minerSigner.publicKey, sign: signerOf(66).sign };

/** A leaf of `authority` whose server name is that of `name`; names of two hotkeys are equally long. */
function leafFor(parties: { readonly authority: Signer; readonly name: Signer }): Identity {
  const { authority, name } = parties;
  const sign = (message: Uint8Array): Uint8Array => {
    const body = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    body.write(tlsServerName(name.publicKey), body.lastIndexOf(tlsServerName(authority.publicKey)), "ascii");
    return authority.sign(message);
  };
  return createTlsLeaf({ publicKey: authority.publicKey, sign }, Date.now());
}

/** A certificate that is its own authority, with a signature that holds. */
function selfSigned(): Identity {
  const { privateKey } = generateKeyPairSync("ed25519");
  const signer = createSigner(privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32));
  const base64 = createTlsAnchor(signer.publicKey).replace(/-----[A-Z ]+-----|\n/gu, "");
  const der = Buffer.from(base64, "base64");
  // SEQUENCE header 4, body, algorithm 7, bit string header 3, signature 64.
  der.set(signer.sign(der.subarray(4, der.length - 74)), der.length - 64);
  const certificatePem = `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
  return { certificatePem, privateKeyPem: privateKey.export({ format: "pem", type: "pkcs8" }).toString() };
}

describe("TLS rooted in the hotkey", () => {
  it("accepts a leaf that the hotkey signed", async () => {
    const port = await present(createTlsLeaf(minerSigner, Date.now()));
    expect((await callFor(minerSigner, port)).code).toBe("GRPC_UNIMPLEMENTED");
  });

  it("refuses another hotkey's leaf with its own name", async () => {
    const port = await present(createTlsLeaf(signerOf(66), Date.now()));
    const { code, message } = await callFor(minerSigner, port);
    expect(code).toBe("GRPC_UNAVAILABLE");
    expect(message).toMatch(/unable to (verify the first|get local issuer) certificate/u);
  });

  it("refuses another hotkey's leaf that bears the expected name", async () => {
    // The key is another's, so its authority has another name; only the server name is the expected one.
    const port = await present(leafFor({ authority: signerOf(66), name: minerSigner }));
    const { code, message } = await callFor(minerSigner, port);
    expect(code).toBe("GRPC_UNAVAILABLE");
    expect(message).toMatch(/unable to (verify the first|get local issuer) certificate/u);
  });

  it("refuses the right hotkey's leaf for another name", async () => {
    const port = await present(leafFor({ authority: minerSigner, name: signerOf(66) }));
    const { code, message } = await callFor(minerSigner, port);
    expect(code).toBe("GRPC_UNAVAILABLE");
    expect(message).toContain("altnames");
  });

  it("refuses a leaf that names the right issuer and is signed by another key", async () => {
    const port = await present(createTlsLeaf(impostor, Date.now()));
    const { code, message } = await callFor(minerSigner, port);
    expect(code).toBe("GRPC_UNAVAILABLE");
    expect(message).toContain("certificate signature failure");
  });

  it("refuses a self-signed leaf", async () => {
    const port = await present(selfSigned());
    const { code, message } = await callFor(minerSigner, port);
    expect(code).toBe("GRPC_UNAVAILABLE");
    expect(message).toMatch(/self-signed certificate|unsuitable certificate|unable to/u);
  });

  it("refuses a leaf past its day", async () => {
    const port = await present(createTlsLeaf(minerSigner, Date.now() - 25 * 3_600_000));
    const { code, message } = await callFor(minerSigner, port);
    expect(code).toBe("GRPC_UNAVAILABLE");
    expect(message).toContain("expired");
  });
});
