/** The key of the coldkey that owns everything in a local network unless a resource says otherwise. */
export const OWNER_KEY = "owner";
/** After a validator's name: the key that it signs blocks with. */
export const CONSENSUS_SUFFIX = ".consensus";

/** Names of keys that no identity may have: it would sign as the owner, or as a consensus node. */
export function isReservedKeyName(name: string): boolean {
  return name === OWNER_KEY || name.endsWith(CONSENSUS_SUFFIX);
}
