import { openSession } from "@ganglion/inference";
import { add, float64Tensor, Graph, gradients, mul, sum, type Tensor, type Value } from "@ganglion/onnx";

const STEP = 1e-5;

export type Case = {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Integer inputs, not differentiated. */
  readonly indices?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
  >;
  readonly build: (values: Readonly<Record<string, Value>>) => Value;
  /** Maps a standard pseudo-random value to the input's range; identity by default. */
  readonly range?: (value: number) => number;
};

/** The largest error, relative to the largest gradient, between autodiff and central differences in float64. */
export async function gradientError(check: Case): Promise<number> {
  const graph = new Graph({ float: "float64" });
  const values: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(check.inputs)) values[name] = graph.input(name, shape);
  for (const [name, { shape }] of Object.entries(check.indices ?? {}))
    values[name] = graph.input(name, shape, "int32");
  const result = check.build(values);
  // Distinct weights, so that a transposed or misplaced gradient shows.
  const size = result.shape.reduce<number>((product, dim) => product * Number(dim), 1);
  const weights = graph.constant(wave(size, 7), result.shape.map(Number));
  const loss = add(sum(mul(result, weights)), 0);
  graph.output("loss", loss);
  const names = Object.keys(check.inputs);
  gradients(
    loss,
    names.map((name) => need(values[name])),
  ).forEach((gradient, index) => {
    graph.output(`d.${names[index]}`, gradient);
  });
  const session = await openSession({ model: graph.build().bytes });
  const feeds: Record<string, Tensor> = {};
  names.forEach((name, index) => {
    const shape = need(check.inputs[name]);
    const raw = wave(
      shape.reduce((product, dim) => product * dim, 1),
      index + 1,
    );
    feeds[name] = float64Tensor(Float64Array.from(raw, check.range ?? ((x) => x)), shape);
  });
  for (const [name, { shape, values: data }] of Object.entries(check.indices ?? {}))
    feeds[name] = { type: "int32", shape, data: Int32Array.from(data) };
  const lossAt = async () => Number(need((await session.run(feeds))["loss"]).data[0]);
  const base = await session.run(feeds);
  let worst = 0;
  let largest = 1e-3;
  for (const name of names) {
    const data = need(feeds[name]).data;
    const gradient = need(base[`d.${name}`]).data;
    for (let i = 0; i < data.length; i++) {
      const kept = Number(data[i]);
      data[i] = kept + STEP;
      const above = await lossAt();
      data[i] = kept - STEP;
      const below = await lossAt();
      data[i] = kept;
      const expected = (above - below) / (2 * STEP);
      worst = Math.max(worst, Math.abs(expected - Number(gradient[i])));
      largest = Math.max(largest, Math.abs(expected));
    }
  }
  await session.close();
  return worst / largest;
}

function wave(size: number, seed: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 1.3);
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("missing");
  return value;
}
