import { decodeMixtureState, encodeMixtureState, type MixtureState } from "@ganglion/mixture";
import { GanglionError } from "@ganglion/types";
import { z } from "zod";
import type { MarketMemory } from "./market.ts";

const memorySchema = z.strictObject({
  version: z.literal(1),
  randomState: z.number(),
  trust: z.array(
    z.tuple([
      z.string(),
      z.strictObject({ passed: z.boolean(), checkedStep: z.number(), modelDigest: z.string() }),
    ]),
  ),
  // Absent in what was written before stored rows were kept.
  replays: z
    .array(
      z.strictObject({
        key: z.string(),
        since: z.number(),
        rows: z.number(),
        begun: z.strictObject({ seed: z.number(), batches: z.number() }).optional(),
      }),
    )
    .default([]),
});

const LENGTH_BYTES = 4;

export type MarketCheckpoint = { readonly state: MixtureState; readonly memory: MarketMemory };

/** The market between two steps, in pieces: u32 length of the memory, the memory as JSON, the mixture. */
export function encodeMarket({ state, memory }: MarketCheckpoint): readonly Uint8Array[] {
  const json = new TextEncoder().encode(JSON.stringify({ version: 1, ...memory }));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, json.length);
  return [length, json, encodeMixtureState(state)];
}

/** @throws GanglionError VALIDATOR_CHECKPOINT_CORRUPT | MIXTURE_BAD_CHECKPOINT */
export function decodeMarket(bytes: Uint8Array): MarketCheckpoint {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    const json = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    const { randomState, trust, replays } = memorySchema.parse(JSON.parse(json));
    return {
      state: decodeMixtureState(bytes.slice(LENGTH_BYTES + length)),
      memory: { randomState, trust, replays },
    };
  } catch (cause) {
    throw new GanglionError(
      "VALIDATOR_CHECKPOINT_CORRUPT",
      "the checkpoint is of another version or damaged: move state.a and state.b away to learn again",
      {},
      { cause },
    );
  }
}
