import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTlsAnchor, REQUEST_HEADER, signRequest, tlsServerName } from "@ganglion/keys";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  createReplayWindow,
  openReplayWindow,
  REQUEST_SKEW_MS,
  type ReplayWindow,
} from "../../src/grpc/index.ts";
import {
  authOf,
  callerSigner,
  genesisHash,
  minerSigner,
  requestOf,
  Synapse,
  serveSynapse,
} from "../gen/grpcFixtures.ts";

type Captured = { readonly header: Uint8Array; readonly body: Buffer };

const method = Synapse.forward.path;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replay-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function capture(nowMs = Date.now()): Captured {
  const body = Synapse.forward.requestSerialize(requestOf(1));
  const scope = { genesisHash, method, receiver: minerSigner.publicKey };
  return { header: signRequest({ ...scope, signer: callerSigner, body, nowMs }), body };
}

/** Sends recorded bytes to a server with this window; "OK" or the refusal's code. */
async function send(replay: ReplayWindow, request: Captured, path: string = method): Promise<string> {
  const { server, port } = await serveSynapse(authOf({ replay }));
  const name = tlsServerName(minerSigner.publicKey);
  const client = new Client(
    `127.0.0.1:${port}`,
    credentials.createSsl(Buffer.from(createTlsAnchor(minerSigner.publicKey))),
    { "grpc.ssl_target_name_override": name, "grpc.use_local_subchannel_pool": 1 },
  );
  const metadata = new Metadata();
  metadata.set(REQUEST_HEADER, Buffer.from(request.header));
  const error = await new Promise<ServiceError | null>((resolve) => {
    const asIs = (bytes: Buffer): Buffer => bytes;
    client.makeUnaryRequest(
      path,
      asIs,
      asIs,
      request.body,
      metadata,
      { deadline: Date.now() + 5000 },
      resolve,
    );
  });
  client.close();
  await server.close(50);
  return error === null ? "OK" : String(error.metadata.get("ganglion-code")[0]);
}

describe("a recorded request", () => {
  it("is served once", async () => {
    const replay = openReplayWindow(folder, Date.now() - 60_000);
    const request = capture();
    expect(await send(replay, request)).toBe("OK");
    expect(await send(replay, request)).toBe("CALL_REPLAYED");
    replay.close();
  });

  it("is refused after a restart, where new ones are served at once", async () => {
    const before = openReplayWindow(folder, Date.now() - 60_000);
    const request = capture();
    expect(await send(before, request)).toBe("OK");
    // No close: the process was killed.
    const after = openReplayWindow(folder, Date.now());
    expect(await send(after, request)).toBe("CALL_REPLAYED");
    expect(await send(after, capture())).toBe("OK");
    before.close();
    after.close();
  });

  it("is refused after a restart without a kept window, by its date", async () => {
    const request = capture();
    expect(await send(createReplayWindow(Date.now()), request)).toBe("CALL_OUT_OF_TIME");
  });

  it("is refused for another method", async () => {
    const replay = createReplayWindow(Date.now() - 60_000);
    expect(await send(replay, capture(), Synapse.feedback.path)).toBe("CALL_BAD_SIGNATURE");
  });

  it("is refused with another body", async () => {
    const replay = createReplayWindow(Date.now() - 60_000);
    const other = Synapse.forward.requestSerialize(requestOf(2));
    expect(await send(replay, { ...capture(), body: other })).toBe("CALL_BODY_MISMATCH");
  });

  it("is refused without a header that can be read", async () => {
    const replay = createReplayWindow(Date.now() - 60_000);
    expect(await send(replay, { ...capture(), header: Uint8Array.of(1, 2) })).toBe("CALL_UNSIGNED");
  });
});

describe("the kept window", () => {
  const proofAt = (nowMs: number, fill: number) => ({
    caller: callerSigner.publicKey,
    receiver: minerSigner.publicKey,
    nonce: new Uint8Array(16).fill(fill),
    bodyHash: new Uint8Array(32),
    signature: new Uint8Array(64).fill(nowMs % 7),
  });

  it("remembers for twice the skew and then forgets, in memory and on disk", () => {
    const start = 1_000_000_000;
    const window = openReplayWindow(folder, start);
    expect(window.admit(proofAt(0, 1), start)).toBe(true);
    expect(window.admit(proofAt(0, 1), start + 2 * REQUEST_SKEW_MS)).toBe(false);
    for (let i = 2; i < 12; i++)
      expect(window.admit(proofAt(0, i), start + i * 2 * REQUEST_SKEW_MS)).toBe(true);
    expect(readdirSync(folder).length).toBe(2);
    expect(window.notBeforeMs()).toBe(start + 22 * REQUEST_SKEW_MS - REQUEST_SKEW_MS);
    window.close();
  });

  it("reads past a record that a crash cut off", () => {
    const start = 1_000_000_000;
    const window = openReplayWindow(folder, start);
    expect(window.admit(proofAt(0, 1), start)).toBe(true);
    window.close();
    appendFileSync(join(folder, readdirSync(folder)[0] ?? ""), Uint8Array.of(1, 2, 3));
    const again = openReplayWindow(folder, start + 1);
    expect(again.admit(proofAt(0, 1), start + 2)).toBe(false);
    expect(again.admit(proofAt(0, 2), start + 2)).toBe(true);
    again.close();
  });

  it("refuses what is older than its record when the clock was set back", () => {
    const start = 1_000_000_000;
    openReplayWindow(folder, start).close();
    const back = openReplayWindow(folder, start - 3_600_000);
    expect(back.notBeforeMs()).toBe(start - REQUEST_SKEW_MS);
    back.close();
  });

  it("says what to do when its folder cannot be written", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(() => openReplayWindow(join(file, "inside"), 1)).toThrow(
      expect.objectContaining({ code: "GRPC_REPLAY_STORE" }),
    );
  });
});
