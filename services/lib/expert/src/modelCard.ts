import { GanglionError } from "@ganglion/types";
import type { ExpertShape } from "./shape.ts";

/**
 * A model folder: `current` names a folder under `versions`, which holds the files of one version. A version never
 * changes; a newer one is written beside it, then `current` is replaced.
 */
export const MODEL_FILES = {
  current: "current",
  versions: "versions",
  card: "card.json",
  /** `ids`, `positions` -> `representations`, see `buildForwardModel`. */
  model: "model.onnx",
  /** `representations` -> `logits`, see `buildHeadModel`. */
  head: "head.onnx",
} as const;

/** What a version says about itself. Digests are 64 hexadecimal digits. */
export type ModelCard = {
  readonly format: 1;
  readonly name: string;
  readonly plugin: "expert";
  readonly shape: ExpertShape;
  readonly parameterCount: number;
  /** SHA-256 of model.onnx followed by head.onnx. */
  readonly modelDigest: string;
  /** Of the text it learned from. */
  readonly dataDigest: string;
  /** Own head on text that it never saw, after at least half a window of context. */
  readonly heldOutBitsPerByte: number;
  readonly trainedSteps: number;
  readonly plannedSteps: number;
  readonly license: string;
};

const DIGEST = /^[0-9a-f]{64}$/;

/** What a parsed card says. @throws GanglionError EXPERT_BAD_CARD */
export function readFacts(card: Readonly<Record<string, unknown>>): ModelCard {
  const shape = card["shape"];
  const whole = (name: string, of: Readonly<Record<string, unknown>> = card): number => {
    const value = of[name];
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
      throw badCard(`${name} is no count`);
    return value;
  };
  const words = (name: string): string => {
    const value = card[name];
    if (typeof value !== "string") throw badCard(`${name} is no text`);
    return value;
  };
  const digest = (name: string): string => {
    if (!DIGEST.test(words(name))) throw badCard(`${name} is no SHA-256`);
    return words(name);
  };
  const bits = card["heldOutBitsPerByte"];
  if (card["format"] !== 1 || card["plugin"] !== "expert") throw badCard("it is of another format");
  if (typeof bits !== "number" || !Number.isFinite(bits)) throw badCard("heldOutBitsPerByte is no number");
  if (!isObject(shape)) throw badCard("shape is missing");
  return {
    format: 1,
    plugin: "expert",
    name: words("name"),
    shape: {
      width: whole("width", shape),
      blocks: whole("blocks", shape),
      heads: whole("heads", shape),
      window: whole("window", shape),
      shifts: whole("shifts", shape),
    },
    parameterCount: whole("parameterCount"),
    modelDigest: digest("modelDigest"),
    dataDigest: digest("dataDigest"),
    heldOutBitsPerByte: bits,
    trainedSteps: whole("trainedSteps"),
    plannedSteps: whole("plannedSteps"),
    license: words("license"),
  };
}

/** @throws GanglionError EXPERT_BAD_CARD */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badCard("it is not JSON", cause);
  }
  if (!isObject(value)) throw badCard("it is no object");
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

export function badCard(why: string, cause?: unknown): GanglionError {
  return new GanglionError(
    "EXPERT_BAD_CARD",
    `the model card cannot be read: ${why}; train the model again`,
    {},
    { cause },
  );
}
