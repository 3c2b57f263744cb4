import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGenesis } from "@ganglion/chain";
import { encodeAddress } from "@ganglion/keys";
import { addressOfKey } from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { prepareGenesis } from "../../src/io/chainFiles.ts";
import { Identities } from "../../src/io/identities.ts";
import { StateFolder } from "../../src/io/stateFolder.ts";

const LEDGER = {
  chainId: "t",
  preset: "minimal",
  domains: [{ name: "d", sharePpm: 1_000_000 }],
  timeMs: Date.UTC(2026, 0, 1),
} as const;

describe("prepareGenesis", () => {
  let root: string;
  let folder: StateFolder;
  let identities: Identities;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "ganglion-genesis-"));
    folder = StateFolder.open(root);
    await folder.prepare({ fresh: false });
    identities = new Identities(folder.path("keys"));
  });
  afterEach(() => {
    folder.release();
    rmSync(root, { recursive: true, force: true });
  });

  const prepare = (...names: readonly string[]): string => {
    const signatories = names.map((name) => ({ hotkeyName: name, keyName: `${name}.consensus` }));
    return prepareGenesis(folder, identities, LEDGER, signatories);
  };

  it("gives slots to the hotkeys and owners that are named, else to the network's own owner", () => {
    const owner = addressOfKey(identities.key("friend", "coldkey").publicKey);
    const path = prepareGenesis(folder, identities, LEDGER, [
      { hotkeyName: "hot", keyName: "v.consensus", owner: encodeAddress(owner) },
      { hotkeyName: "w", keyName: "w.consensus" },
    ]);
    expect(readGenesis(path).validators).toMatchObject([
      { hotkey: identities.key("hot", "hotkey").publicKey, owner },
      { owner: addressOfKey(identities.key("owner", "coldkey").publicKey) },
    ]);
  });

  it("goes on with the genesis that is there, and refuses other validators", () => {
    expect(prepare("a", "b")).toBe(prepare("a", "b"));
    expect(() => prepare("a", "c")).toThrow(expect.objectContaining({ code: "LOCAL_OTHER_NETWORK" }));
  });
});
