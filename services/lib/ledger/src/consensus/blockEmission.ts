import { SPIKES_PER_GLN } from "@ganglion/params";

/**
 * What one counted block mints (rule EMIT-1): 1 GLN, halved each time that the supply still to be issued halves.
 * The halvings are h = floor(log2(cap / (cap - issuance))), found with integers: the largest h with
 * (cap - issuance) * 2^h <= cap. Never more than what is left under the cap. All presets share the curve, whatever
 * their block time: their caps and bootstrap bounds are made for 1 GLN a block.
 *
 * @param issuance issued so far, in spikes
 * @param cap the supply cap, in spikes
 */
export function blockEmission(issuance: bigint, cap: bigint): bigint {
  const left = cap - issuance;
  if (left <= 0n) return 0n;
  let halvings = 0n;
  for (let doubled = left * 2n; doubled <= cap; doubled *= 2n) halvings += 1n;
  const emission = SPIKES_PER_GLN >> halvings;
  if (emission > left) return left;
  return emission;
}
