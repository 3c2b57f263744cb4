/**
 * Permits for the next epoch: the `maxValidators` greatest stakes above zero among the eligible, ties to the
 * lower uid (rule STAKE).
 *
 * @param eligible 1 = may hold a permit, by uid
 * @returns 1 = permit, by uid
 */
export function selectPermits(
  stakeSpikes: readonly bigint[],
  eligible: Uint8Array,
  maxValidators: number,
): Uint8Array {
  const permits = new Uint8Array(stakeSpikes.length);
  const uids: number[] = [];
  stakeSpikes.forEach((stake, uid) => {
    if (stake > 0n && eligible[uid] === 1) uids.push(uid);
  });
  uids.sort((a, b) => {
    const stakeA = stakeSpikes[a] ?? 0n;
    const stakeB = stakeSpikes[b] ?? 0n;
    return stakeA === stakeB ? a - b : stakeA > stakeB ? -1 : 1;
  });
  for (const uid of uids.slice(0, maxValidators)) permits[uid] = 1;
  return permits;
}
