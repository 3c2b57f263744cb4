import { describe, expect, it } from "@jest/globals";
import { decodeKeyfile, encodeKeyfile, type KeyfileContent, readKeyfileSummary } from "../../src/index.ts";
import { codeOf } from "../gen/codeOf.ts";

const cost = { n: 1024, r: 8, p: 1 };
const content: KeyfileContent = { kind: "coldkey", seed: new Uint8Array(32).fill(4) };
const sealed = encodeKeyfile(content, { kind: "password", password: "correct horse", cost });

describe("a keyfile", () => {
  it("gives its secret back to its password only", () => {
    expect(decodeKeyfile(sealed, "correct horse")).toEqual(content);
    expect(codeOf(() => decodeKeyfile(sealed, "correct hose"))).toBe("KEYS_WRONG_PASSWORD");
    expect(codeOf(() => decodeKeyfile(sealed))).toBe("KEYS_PASSWORD_NEEDED");
  });

  it("takes the same password in another Unicode form", () => {
    const text = encodeKeyfile(content, { kind: "password", password: "caf\u00e9", cost });
    expect(decodeKeyfile(text, "cafe\u0301")).toEqual(content);
  });

  it("does not hold the secret in clear, and seals anew each time", () => {
    expect(sealed).not.toContain("04040404");
    expect(encodeKeyfile(content, { kind: "password", password: "correct horse", cost })).not.toBe(sealed);
  });

  it("says who it is without a password", () => {
    expect(readKeyfileSummary(sealed)).toMatchObject({ kind: "coldkey", encrypted: true });
  });

  it("is refused when its kind or public key was altered", () => {
    expect(codeOf(() => decodeKeyfile(sealed.replace("coldkey", "hotkey"), "correct horse"))).toBe(
      "KEYS_WRONG_PASSWORD",
    );
    const plain = encodeKeyfile(content, { kind: "plain" });
    expect(decodeKeyfile(plain)).toEqual(content);
    expect(codeOf(() => decodeKeyfile(plain.replace("0404", "0504")))).toBe("KEYS_BAD_KEYFILE");
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["another version", sealed.replace('"version": 1', '"version": 2')],
    ["an unknown kind", sealed.replace("coldkey", "doorkey")],
    ["an unknown method", sealed.replace("aes-256-gcm", "rot13")],
    ["a scrypt cost that would take all memory", sealed.replace('"n": 1024', '"n": 1073741824')],
    ["a scrypt cost that is no power of two", sealed.replace('"n": 1024', '"n": 1023')],
    ["a short salt", sealed.replace(/"salt": "../u, '"salt": "')],
    ["a novel", sealed + " ".repeat(10_000)],
  ])("is refused with %s", (_, text) => {
    expect(codeOf(() => decodeKeyfile(text, "correct horse"))).toBe("KEYS_BAD_KEYFILE");
  });

  it("cannot be made with an empty password", () => {
    expect(codeOf(() => encodeKeyfile(content, { kind: "password", password: "" }))).toBe(
      "KEYS_PASSWORD_NEEDED",
    );
  });
});
