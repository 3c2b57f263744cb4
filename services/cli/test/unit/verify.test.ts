import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSigner } from "@ganglion/keys";
import {
  createGenesis,
  encodeGenesis,
  encodeState,
  type GenesisDoc,
  genesisHash,
  proveSubject,
  stateRoot,
} from "@ganglion/ledger";
import { PRESETS } from "@ganglion/params";
import {
  addressOfKey,
  blockHash,
  bytesToHex,
  domainTag,
  encodeLightProof,
  transactionsRoot,
} from "@ganglion/types";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { runCommand } from "../gen/runCommand.ts";

const [HOTKEY, OWNER, FIRST, LATER] = [1, 2, 3, 4].map((byte) =>
  createSigner(new Uint8Array(32).fill(byte)),
) as [Signer, Signer, Signer, Signer];
type Signer = ReturnType<typeof createSigner>;

const GENESIS: GenesisDoc = {
  chainId: "verified",
  preset: "minimal",
  params: PRESETS.minimal.protocol,
  timeMs: Date.UTC(2026, 0, 1),
  domains: [{ name: "en", sharePpm: 1_000_000 }],
  validators: [
    {
      hotkey: HOTKEY.publicKey,
      consensusKey: FIRST.publicKey,
      owner: addressOfKey(OWNER.publicKey),
      power: 1n,
    },
  ],
};
const PERIOD_MS = GENESIS.params.trustPeriodMs;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ganglion-verify-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Of the ledger's first neuron, in a block that this key made so long after genesis. */
function proofAfter(ms: number, genesis = GENESIS, signer = FIRST): string {
  const state = createGenesis(GENESIS);
  const hash = genesisHash(genesis);
  state.view.genesisHash = hash;
  const header = {
    genesisHash: hash,
    height: 11,
    timeMs: genesis.timeMs + ms,
    parentHash: new Uint8Array(32),
    proposer: signer.publicKey,
    parentStateRoot: stateRoot(state),
    transactionsRoot: transactionsRoot([]),
  };
  const signature = signer.sign(Buffer.concat([domainTag("block"), blockHash(header)]));
  const proof = proveSubject(state, { kind: "neuron", uid: 0 });
  if (proof === undefined) throw new RangeError("no neuron");
  const value = { ...header, signature };
  return file(`${ms}.json`, encodeLightProof({ ...proof, header: { engine: "solo", value } }));
}

async function verify(...args: readonly string[]): Promise<string> {
  const { code, stderr } = await runCommand("verify", ...args);
  return code === 0 ? "OK" : (/\[([A-Z_]+)\]/u.exec(stderr)?.[1] ?? stderr);
}

describe("`ganglion verify`", () => {
  it("takes of a ledger that goes on from another one the keys that were in force then", async () => {
    const start = {
      height: 10,
      signers: [{ consensusKey: LATER.publicKey, power: 7n }],
      state: encodeState(createGenesis(GENESIS)),
    };
    const next = { ...GENESIS, chainId: "next", start };
    const path = file("genesis.json", encodeGenesis(next));
    expect(await verify(proofAfter(1_000, next, LATER), "--genesis", path)).toBe("OK");
    expect(await verify(proofAfter(1_000, next, FIRST), "--genesis", path)).toBe("PROOF_UNTRUSTED");
  });

  it("believes no single one of several signers of genesis, unless it is told to", async () => {
    const other = { consensusKey: LATER.publicKey, hotkey: LATER.publicKey };
    const two = {
      ...GENESIS,
      validators: GENESIS.validators.flatMap((one) => [one, { ...one, ...other }]),
    };
    const path = file("genesis.json", encodeGenesis(two));
    const proof = proofAfter(1_000, two);
    expect(await verify(proof, "--genesis", path)).toBe("PROOF_UNTRUSTED");
    expect(await verify(proof, "--validators", bytesToHex(FIRST.publicKey))).toBe("OK");
  });

  it("believes genesis and each proof after it for the trust period", async () => {
    const path = file("genesis.json", encodeGenesis(GENESIS));
    const [middle, end, beyond] = [PERIOD_MS, 2 * PERIOD_MS, 2 * PERIOD_MS + 1].map((ms) =>
      proofAfter(ms),
    ) as [string, string, string];
    expect(await verify(middle, "--genesis", path)).toBe("OK");
    expect(await verify(end, "--genesis", path)).toBe("PROOF_TRUST_EXPIRED");
    expect(await verify(end, "--genesis", path, "--from", middle)).toBe("OK");
    expect(await verify(beyond, "--genesis", path, "--from", middle)).toBe("PROOF_TRUST_EXPIRED");
  });

  it("says whom to ask about when trust has expired, and believes for ever whom it is told to", async () => {
    const path = file("genesis.json", encodeGenesis(GENESIS));
    const late = proofAfter(PERIOD_MS + 1);
    const validators = bytesToHex(FIRST.publicKey);
    const { stderr } = await runCommand("verify", late, "--genesis", path);
    expect(stderr).toContain(validators);
    expect(await verify(late, "--validators", validators)).toBe("OK");
    expect(await verify(proofAfter(9 * PERIOD_MS), "--validators", validators, "--from", late)).toBe("OK");
  });
});
