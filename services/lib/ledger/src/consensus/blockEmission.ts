import { SPIKES_PER_GLN } from "@ganglion/params";

const REFERENCE_BLOCK_MS = 12_000n;

/**
 * What one block mints (rule EMIT): 1 GLN per 12 s, halved each time that the supply still to be issued halves.
 * The halvings are h = floor(log2(cap / (cap - issuance))), found with integers: the largest h with
 * (cap - issuance) * 2^h <= cap. Never more than what is left under the cap.
 *
 * @param issuance issued so far, in spikes
 * @param cap the supply cap, in spikes
 * @param blockTargetMs the block time the ledger aims at; 12,000 gives the ancestor's curve
 */
export function blockEmission(issuance: bigint, cap: bigint, blockTargetMs: number): bigint {
  const left = cap - issuance;
  if (left <= 0n) return 0n;
  let halvings = 0n;
  for (let doubled = left * 2n; doubled <= cap; doubled *= 2n) halvings += 1n;
  const emission = (SPIKES_PER_GLN * BigInt(blockTargetMs)) / (REFERENCE_BLOCK_MS << halvings);
  return emission < left ? emission : left;
}
