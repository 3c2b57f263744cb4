const TAG_BYTES = 1;

/** As many from the front as CometBFT's count allows, which takes a tag and a length for each. */
export function fitProposal(transactions: readonly Uint8Array[], maxBytes: number): Uint8Array[] {
  let left = maxBytes;
  const end = transactions.findIndex(({ length }) => {
    left -= TAG_BYTES + varintBytes(length) + length;
    return left < 0;
  });
  return end < 0 ? [...transactions] : transactions.slice(0, end);
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}
