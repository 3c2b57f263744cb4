import { afterEach, describe, expect, it } from "@jest/globals";
import { createTokenBuckets, Refusal, retryAfterMs } from "../../src/grpc/index.ts";
import {
  authOf,
  callerSigner,
  clientTo,
  codeOf,
  requestOf,
  type Served,
  serveSynapse,
  signerOf,
} from "../gen/grpcFixtures.ts";

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(...parameters: Parameters<typeof serveSynapse>): Promise<Served> {
  const served = await serveSynapse(...parameters);
  closers.push(() => served.server.close(50));
  return served;
}

function client(...parameters: Parameters<typeof clientTo>): ReturnType<typeof clientTo> {
  const made = clientTo(...parameters);
  closers.push(made.close);
  return made;
}

const timeoutMs = 5_000;

describe("signed calls", () => {
  it("reach the handler with the proven caller", async () => {
    const callers: string[] = [];
    const { port } = await serve(authOf(), {
      forward: async (request, call) => {
        callers.push(Buffer.from(call.caller).toString("hex"));
        return {
          representations: new Uint8Array(0),
          rows: request.contexts.length,
          networkDim: 0,
          modelDigest: new Uint8Array(0),
        };
      },
    });
    const reply = await client(port).call.forward(requestOf(3), { timeoutMs });
    expect(reply.rows).toBe(3);
    expect(callers).toEqual([Buffer.from(callerSigner.publicKey).toString("hex")]);
  });

  it("carry an empty request and a stream", async () => {
    const { port } = await serve();
    const { call } = client(port);
    expect((await call.describe({}, { timeoutMs })).card.length).toBe(8);
    const texts: number[] = [];
    const request = { prompt: Uint8Array.of(1, 2, 3), maxBytes: 3, temperature: 0, seed: 0n };
    for await (const part of call.generate(request, { timeoutMs })) texts.push(...part.text);
    expect(texts).toEqual([1, 2, 3]);
  });

  it("are refused for another network", async () => {
    const { port } = await serve();
    const other = client(port, { genesisHash: new Uint8Array(32).fill(8) });
    expect(await codeOf(other.call.forward(requestOf(1), { timeoutMs }))).toBe("CALL_BAD_SIGNATURE");
  });

  it("are refused when signed for another receiver", async () => {
    const { port } = await serve(authOf({ receiver: signerOf(9).publicKey }));
    expect(await codeOf(client(port).call.forward(requestOf(1), { timeoutMs }))).toBe("CALL_WRONG_RECEIVER");
  });

  it.each([-11_000, 11_000])("are refused from a clock that is %i ms off", async (off) => {
    const { port } = await serve();
    const skewed = client(port, { clock: { nowMs: () => Date.now() + off } });
    expect(await codeOf(skewed.call.forward(requestOf(1), { timeoutMs }))).toBe("CALL_OUT_OF_TIME");
  });

  it("are refused by the policy, with its hint", async () => {
    const authorize = () => new Refusal("CALL_NOT_ALLOWED", "no permit and no stake", 1234);
    const { port } = await serve(authOf({ authorize }));
    const error: unknown = await client(port)
      .call.forward(requestOf(1), { timeoutMs })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "CALL_NOT_ALLOWED", message: "no permit and no stake" });
    expect(retryAfterMs(error)).toBe(1234);
  });

  it("are refused when the bucket is empty, other callers are not", async () => {
    const buckets = createTokenBuckets({ unitsPerSecond: 0.001, burstUnits: 1, maxCallers: 10 });
    const { port } = await serve(authOf({ buckets }));
    const greedy = client(port);
    await greedy.call.forward(requestOf(1), { timeoutMs });
    const error: unknown = await greedy.call.forward(requestOf(1), { timeoutMs }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "CALL_RATE_LIMITED" });
    expect(retryAfterMs(error)).toBeGreaterThan(0);
    expect(
      await codeOf(client(port, { signer: signerOf(5) }).call.forward(requestOf(1), { timeoutMs })),
    ).toBe("none");
  });

  it("beyond the slots are refused with a hint, and slots come back", async () => {
    let free: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const { port } = await serve(authOf({ maxInFlight: 1 }), {
      feedback: async () => {
        entered();
        await held;
        return { accepted: 0 };
      },
    });
    const { call } = client(port);
    const first = call.feedback({ contextIds: [], gradients: new Uint8Array(0) }, { timeoutMs });
    await inside;
    expect(await codeOf(call.forward(requestOf(1), { timeoutMs }))).toBe("CALL_OVERLOADED");
    free();
    await first;
    expect(await codeOf(call.forward(requestOf(1), { timeoutMs }))).toBe("none");
  });

  it("end a stream that lasts too long, with a code", async () => {
    const { port } = await serve(authOf({ maxStreamMs: 50 }), {
      generate: async function* (_, call) {
        yield { text: Uint8Array.of(1) };
        await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      },
    });
    const request = { prompt: Uint8Array.of(1), maxBytes: 9, temperature: 0, seed: 0n };
    const stream = client(port).call.generate(request, { timeoutMs })[Symbol.asyncIterator]();
    expect((await stream.next()).done).toBe(false);
    expect(await codeOf(stream.next())).toBe("CALL_STREAM_TOO_LONG");
  });

  it("let go of a stream that nobody reads when its time is up", async () => {
    let sent = 0;
    let left: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { port } = await serve(authOf({ maxStreamMs: 500 }), {
      generate: async function* () {
        try {
          for (;;) {
            yield { text: new Uint8Array(64 * 1024) };
            sent++;
          }
        } finally {
          left();
        }
      },
    });
    const request = { prompt: Uint8Array.of(1), maxBytes: 9, temperature: 0, seed: 0n };
    const stream = client(port).call.generate(request, { timeoutMs: 60_000 })[Symbol.asyncIterator]();
    await stream.next();
    await gone;
    expect(sent).toBeGreaterThan(0);
    await stream.return?.();
  });

  it("above the size limit are refused", async () => {
    const { port } = await serve(authOf(), {}, 4096);
    expect(await codeOf(client(port).call.forward(requestOf(8, 1000), { timeoutMs }))).toBe(
      "GRPC_RESOURCE_EXHAUSTED",
    );
  });

  it("hide what broke inside the handler", async () => {
    const { port } = await serve(authOf(), {
      forward: async () => {
        throw new RangeError("a secret of the inside");
      },
    });
    const error: unknown = await client(port)
      .call.forward(requestOf(1), { timeoutMs })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "CALL_FAILED" });
    expect(String(error)).not.toContain("secret");
  });

  it("end at the caller's deadline and signal, and the handler learns it", async () => {
    let aborted = 0;
    const { port } = await serve(authOf(), {
      forward: (_, call) =>
        new Promise((_resolve, reject) => {
          call.signal.addEventListener("abort", () => {
            aborted++;
            reject(new RangeError("gone"));
          });
        }),
    });
    const { call } = client(port);
    expect(await codeOf(call.forward(requestOf(1), { timeoutMs: 150 }))).toBe("GRPC_DEADLINE_EXCEEDED");
    const stop = new AbortController();
    const pending = codeOf(call.forward(requestOf(1), { timeoutMs, signal: stop.signal }));
    setTimeout(() => stop.abort(), 50);
    expect(await pending).toBe("GRPC_CANCELLED");
    const deadline = Date.now() + timeoutMs;
    while (aborted < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(aborted).toBe(2);
  });
});
