import { createSigner, type Signer } from "@ganglion/keys";
import type { GenesisDoc } from "@ganglion/ledger";
import { PRESETS, type ProtocolParams } from "@ganglion/params";
import { addressOfKey } from "@ganglion/types";

/** A key that depends on its name alone. */
export function keyOf(name: string): Signer {
  return createSigner(seedOf(name));
}

/** 32 bytes that depend on a name alone. */
export function seedOf(name: string): Uint8Array {
  const seed = new Uint8Array(32);
  for (let i = 0; i < name.length; i++) seed[i % 32] = (seed[i % 32] ?? 0) * 31 + name.charCodeAt(i);
  return seed;
}

export const CONSENSUS_SEED = seedOf("consensus");
export const CONSENSUS_KEY = createSigner(CONSENSUS_SEED);
export const VALIDATOR = keyOf("validator");
export const OWNER = keyOf("owner");
const GENESIS_MS = Date.UTC(2026, 0, 1);

/** One bootstrap validator, two domains, preset minimal. */
export function genesisWith(params: Partial<ProtocolParams> = {}): GenesisDoc {
  return {
    chainId: "chain-test",
    preset: "minimal",
    params: { ...PRESETS.minimal.protocol, ...params },
    timeMs: GENESIS_MS,
    domains: [
      { name: "en", sharePpm: 500_000 },
      { name: "de", sharePpm: 500_000 },
    ],
    validators: [
      {
        hotkey: VALIDATOR.publicKey,
        consensusKey: CONSENSUS_KEY.publicKey,
        owner: addressOfKey(OWNER.publicKey),
        power: 1n,
      },
    ],
  };
}
