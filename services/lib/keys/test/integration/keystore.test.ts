import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type KeyfileContent, openKeystore } from "../../src/index.ts";
import { codeOf } from "../gen/codeOf.ts";

const content: KeyfileContent = { kind: "hotkey", seed: new Uint8Array(32).fill(4) };
const plain = { kind: "plain" } as const;
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "keys-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("a keystore", () => {
  it("keeps keys readable by their owner only and leaves no other file", () => {
    const store = openKeystore(join(root, "new", "keys"));
    expect(store.list()).toEqual([]);
    const saved = store.save("alice", content, plain);
    expect(statSync(saved.path).mode & 0o777).toBe(0o600);
    expect(readdirSync(store.folder)).toEqual(["alice.key.json"]);
    expect(store.load("alice")).toEqual(content);
    expect(store.list()).toEqual([saved]);
    expect([store.has("alice"), store.has("bob")]).toEqual([true, false]);
  });

  it("never overwrites", () => {
    const store = openKeystore(root);
    store.save("alice", content, plain);
    const other = { ...content, seed: new Uint8Array(32).fill(5) };
    expect(codeOf(() => store.save("alice", other, plain))).toBe("KEYS_EXISTS");
    expect(store.load("alice")).toEqual(content);
    expect(readdirSync(root)).toEqual(["alice.key.json"]);
  });

  it.each(["", "../alice", "a/b", "Alice", ".hidden", "a".repeat(64)])("refuses the name %j", (name) => {
    expect(codeOf(() => openKeystore(root).save(name, content, plain))).toBe("KEYS_BAD_NAME");
  });

  it("names the file that is missing or broken", () => {
    const store = openKeystore(root);
    expect(codeOf(() => store.load("bob"))).toBe("KEYS_NOT_FOUND");
    writeFileSync(join(root, "bob.key.json"), "{}");
    expect(codeOf(() => store.load("bob"))).toBe("KEYS_BAD_KEYFILE");
    expect(() => store.list()).toThrow(/bob\.key\.json/u);
    expect(codeOf(() => store.find("bob"))).toBe("KEYS_BAD_KEYFILE");
  });

  it("reads the others beside a broken one", () => {
    const store = openKeystore(root);
    const alice = store.save("alice", content, plain);
    writeFileSync(join(root, "bob.key.json"), "{}");
    writeFileSync(join(root, "No Name.key.json"), "{}");
    expect(store.readable()).toEqual([alice]);
    expect([store.find("alice"), store.find("carol")]).toEqual([alice, undefined]);
    writeFileSync(join(root, "file"), "");
    expect(openKeystore(join(root, "file")).readable()).toEqual([]);
  });

  it("says so when it cannot write", () => {
    writeFileSync(join(root, "file"), "");
    const store = openKeystore(join(root, "file", "keys"));
    expect(codeOf(() => store.save("alice", content, plain))).toBe("KEYS_CANNOT_WRITE");
  });

  it("gives up where the system takes no folder", () => {
    const store = openKeystore("/proc/self/task/none/keys");
    expect(codeOf(() => store.save("alice", content, plain))).toBe("KEYS_CANNOT_WRITE");
  });
});
