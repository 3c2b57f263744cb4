import { describe, expect, it } from "@jest/globals";
import { encodeNodeConfig } from "../../src/engine/cometbft/nodeConfig.ts";

const SETTINGS = { p2pHost: "127.0.0.1", p2pPort: 1, persistentPeers: [], allowPrivatePeers: false };
const LIMITS = { blockIntervalMs: 1_000, maxTransactions: 10, maxBytes: 1_000, maxTxBytes: 100 };

describe("a node's configuration", () => {
  it("lets a node that takes a snapshot trust a block for as long as the ledger says", () => {
    const stateSync = { servers: ["a:1", "b:1"], trustHeight: 5, trustHash: "00" };
    const config = encodeNodeConfig("/home", { ...SETTINGS, stateSync }, LIMITS, 30_000);
    const [, section = ""] = config.split("[statesync]\n");
    expect(section.split("\n[")[0]).toContain('trust_period = "30000ms"\n');
  });

  it("says nothing of snapshots to a node that takes none", () => {
    expect(encodeNodeConfig("/home", SETTINGS, LIMITS, 30_000)).not.toContain("statesync");
  });
});
