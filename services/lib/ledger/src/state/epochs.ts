import type { ProtocolParams } from "@ganglion/params";

type Epochs = Pick<ProtocolParams, "epochLengthBlocks">;

/** The epoch of a height from 1 on. */
export function epochOf(height: number, { epochLengthBlocks }: Epochs): number {
  return Math.floor((height - 1) / epochLengthBlocks);
}

export function lastHeightOf(epoch: number, { epochLengthBlocks }: Epochs): number {
  return (epoch + 1) * epochLengthBlocks;
}

/** Whether a block ends its epoch. */
export function endsEpoch(height: number, { epochLengthBlocks }: Epochs): boolean {
  return height % epochLengthBlocks === 0;
}
