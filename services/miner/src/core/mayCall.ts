/** What the ledger says about a caller. */
export type CallerView = {
  readonly permit: boolean;
  readonly bootstrap: boolean;
  readonly stakeSpikes: bigint;
};

/** Validators with a permit may call, and whoever has enough stake where the owner names an amount. */
export function mayCall(caller: CallerView | undefined, leastStakeSpikes: bigint): boolean {
  if (caller === undefined) return false;
  const staked = leastStakeSpikes > 0n && caller.stakeSpikes >= leastStakeSpikes;
  return caller.permit || caller.bootstrap || staked;
}
