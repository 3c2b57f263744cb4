import { BYTE_VOCABULARY, NETWORK_DIM } from "@ganglion/params";
import { GanglionError } from "@ganglion/types";

/** Sizes of a byte-level causal transformer. */
export type ExpertShape = {
  /** Width of the residual stream. */
  readonly width: number;
  readonly blocks: number;
  readonly heads: number;
  /** Longest stretch of bytes it reads at once. */
  readonly window: number;
  /** Bytes before each position that enter its first layer directly, beside attention. */
  readonly shifts: number;
};

/** Trains to useful quality in a minute of one CPU core. */
export const DEFAULT_SHAPE: ExpertShape = { width: 192, blocks: 1, heads: 4, window: 128, shifts: 4 };

export type ParameterSpec = {
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of the start, or a constant start. */
  readonly start: { readonly deviation: number } | { readonly value: number };
};

/** The parameters of an expert in a fixed order. @throws GanglionError EXPERT_BAD_SHAPE */
export function parameterSpecs(shape: ExpertShape): readonly ParameterSpec[] {
  const { width, blocks, heads, shifts } = shape;
  if (width % heads !== 0)
    throw new GanglionError(
      "EXPERT_BAD_SHAPE",
      `the width ${width} must be a multiple of the ${heads} heads`,
    );
  return [
    ...Array.from({ length: shifts }, (_, back) =>
      matrix(`embed.${back}`, [BYTE_VOCABULARY, width], back === 0 ? 0.4 : 0.2),
    ),
    ...Array.from({ length: blocks }, (_, block) => blockSpecs(`block.${block}`, width, blocks)).flat(),
    ...normSpecs("final", width),
    matrix("project.weight", [width, NETWORK_DIM], 1 / Math.sqrt(width)),
    vector("project.bias", NETWORK_DIM),
    ...headSpecs(),
  ];
}

/** The parameters of the expert's own head: representation -> logits of the next byte. */
export function headSpecs(): readonly ParameterSpec[] {
  return [
    { name: "head.weight", shape: [NETWORK_DIM, BYTE_VOCABULARY], start: { value: 0 } },
    vector("head.bias", BYTE_VOCABULARY),
  ];
}

/** Number of trained numbers. */
export function parameterCount(shape: ExpertShape): number {
  return parameterSpecs(shape).reduce(
    (sum, spec) => sum + spec.shape.reduce((size, dim) => size * dim, 1),
    0,
  );
}

function blockSpecs(name: string, width: number, blocks: number): ParameterSpec[] {
  const inner = 1 / Math.sqrt(width);
  const outer = inner / Math.sqrt(2 * blocks);
  return [
    ...normSpecs(`${name}.attention`, width),
    ...["query", "key", "value"].map((part) => matrix(`${name}.${part}`, [width, width], inner)),
    matrix(`${name}.out`, [width, width], outer),
    ...normSpecs(`${name}.mlp`, width),
    matrix(`${name}.up`, [width, 4 * width], inner),
    vector(`${name}.upBias`, 4 * width),
    matrix(`${name}.down`, [4 * width, width], outer / 2),
    vector(`${name}.downBias`, width),
  ];
}

function normSpecs(name: string, width: number): ParameterSpec[] {
  return [{ name: `${name}.scale`, shape: [width], start: { value: 1 } }, vector(`${name}.shift`, width)];
}

function matrix(name: string, shape: readonly [number, number], deviation: number): ParameterSpec {
  return { name, shape, start: { deviation } };
}

function vector(name: string, size: number): ParameterSpec {
  return { name, shape: [size], start: { value: 0 } };
}
