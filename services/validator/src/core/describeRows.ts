import type { MinerKey, RowScore } from "@ganglion/mixture";
import type { StepPlan } from "./planStep.ts";

/** One scored context: where it was, and what the market and its best miner paid for its byte, in bits. */
export type ScoredRow = {
  readonly step: number;
  readonly domain: string;
  readonly document: string;
  /** Index of the predicted byte in the document. */
  readonly offset: number;
  /** Bytes before it that the miners saw. */
  readonly context: number;
  /** The mixture's cost. */
  readonly bits: number;
  /** Unigram counts' cost. */
  readonly nullBits: number;
  /** Cost of the own head that was best on this row, and whose. */
  readonly bestSingleBits?: number;
  readonly bestSingleUid?: number;
};

/** Rows of a step for the row log. @param scores in the order of the plan's contexts */
export function describeRows(
  step: number,
  plan: StepPlan,
  scores: readonly RowScore[],
  uids: ReadonlyMap<MinerKey, number>,
): readonly ScoredRow[] {
  return plan.contexts.flatMap((context, i): ScoredRow[] => {
    const score = scores[i];
    if (!score) return [];
    const { domain, document, offset, text } = context;
    const best = score.bestSingle;
    const uid = best && uids.get(best.miner);
    return [
      {
        step,
        domain,
        document,
        offset,
        context: text.length,
        bits: bitsOf(score.jointLoss),
        nullBits: bitsOf(score.nullLoss),
        ...(best && uid !== undefined ? { bestSingleBits: bitsOf(best.loss), bestSingleUid: uid } : {}),
      },
    ];
  });
}

/** Bits to four decimals. */
function bitsOf(nats: number): number {
  return Math.round((nats / Math.LN2) * 1e4) / 1e4;
}
