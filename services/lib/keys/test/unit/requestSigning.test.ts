import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  createSigner,
  DOMAIN_TAGS,
  decodeRequestProof,
  domainTag,
  encodeRequestProof,
  matchesBody,
  requestTimeMs,
  signRequest,
  verifyRequestProof,
} from "../../src/index.ts";
import { codeOf } from "../gen/codeOf.ts";

const signer = createSigner(new Uint8Array(32).fill(1));
const receiver = createSigner(new Uint8Array(32).fill(2)).publicKey;
const scope = { genesisHash: new Uint8Array(32).fill(3), method: "/a/B" };
const body = Uint8Array.of(1, 2, 3);
const header = signRequest({ ...scope, signer, receiver, body, nowMs: 1_700_000_000_123.9 });
const proof = decodeRequestProof(header);

describe("a request proof", () => {
  it("holds for what was signed and tells its time", () => {
    expect(verifyRequestProof(scope, proof)).toBe(true);
    expect(matchesBody(proof, body)).toBe(true);
    expect(requestTimeMs(proof)).toBe(1_700_000_000_123);
    expect([...encodeRequestProof(proof)]).toEqual([...header]);
  });

  it("holds for nothing else", () => {
    const altered = (name: "receiver" | "caller" | "nonce" | "bodyHash") => {
      const copy = Uint8Array.from(encodeRequestProof(proof));
      const at = { caller: 1, receiver: 33, nonce: 65, bodyHash: 81 }[name];
      copy[at] = (copy[at] ?? 0) ^ 1;
      return verifyRequestProof(scope, decodeRequestProof(copy));
    };
    expect([altered("receiver"), altered("caller"), altered("nonce"), altered("bodyHash")]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(verifyRequestProof({ ...scope, method: "/a/C" }, proof)).toBe(false);
    expect(verifyRequestProof({ ...scope, genesisHash: new Uint8Array(32) }, proof)).toBe(false);
    expect(matchesBody(proof, Uint8Array.of(1, 2))).toBe(false);
  });

  it("has a nonce of its own each time", () => {
    const again = decodeRequestProof(
      signRequest({ ...scope, signer, receiver, body, nowMs: 1_700_000_000_123 }),
    );
    expect([...again.nonce]).not.toEqual([...proof.nonce]);
  });

  it("is never made of random bytes, and bad ones are refused with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const code = codeOf(() => decodeRequestProof(bytes));
        expect(["none", "KEYS_BAD_REQUEST_HEADER"]).toContain(code);
        if (code === "none") expect(verifyRequestProof(scope, decodeRequestProof(bytes))).toBe(false);
      }),
      { seed: 2, numRuns: 200 },
    );
    expect(codeOf(() => decodeRequestProof(header.subarray(1)))).toBe("KEYS_BAD_REQUEST_HEADER");
  });
});

describe("domain tags", () => {
  const tags = (Object.keys(DOMAIN_TAGS) as (keyof typeof DOMAIN_TAGS)[]).map((tag) =>
    Buffer.from(domainTag(tag)),
  );

  it("never begin a DER sequence", () => {
    expect(tags.filter((tag) => tag[0] === 0x30)).toEqual([]);
  });

  it("are no prefix of each other", () => {
    for (const a of tags)
      for (const b of tags) if (a !== b) expect(a.subarray(0, b.length).equals(b)).toBe(false);
  });
});
