import { type Attributes, type EncodableNode, encodeModel } from "./encodeModel.ts";
import { GraphError } from "./graphError.ts";
import { type ElementType, type FloatType, type Shape, shapeText, sizeOf, type Tensor } from "./tensor.ts";

/** One edge of a graph: the output of a node, an input or a constant. */
export type Value = {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
};

/** How the gradient of `output` reaches each input; called only for the inputs that need one. */
export type TapeEntry = {
  readonly output: Value;
  readonly inputs: readonly Value[];
  readonly backward: readonly ((gradient: Value) => Value)[];
};

export type NodeSpec = {
  readonly op: string;
  /** `undefined` skips an optional input. */
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes?: Attributes;
  /** Operator set; "" is ONNX's own, "com.microsoft" holds onnxruntime's extra operators. */
  readonly domain?: string;
};

/** What a finished graph is: the bytes of an ONNX model and the names needed to run it. */
export type Model = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inputs: readonly { readonly name: string; readonly type: ElementType; readonly shape: Shape }[];
  readonly outputs: readonly { readonly name: string; readonly type: ElementType; readonly shape: Shape }[];
  /** Output name -> input name for values that the caller carries over from one run to the next. */
  readonly feedback: Readonly<Record<string, string>>;
};

/**
 * An ONNX graph under construction. Ops (`add`, `linear`, ...) append nodes and remember how to differentiate them;
 * `gradients` appends the backward pass; `build` drops what no output needs and encodes.
 */
export class Graph {
  /** The float type of constants and of `input` by default: float64 builds are for gradient checks. */
  readonly float: Exclude<FloatType, "float16">;
  readonly tape: TapeEntry[] = [];
  readonly #nodes: EncodableNode[] = [];
  readonly #inputs: Value[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #outputs = new Map<string, Value>();
  readonly #feedback: Record<string, string> = {};
  readonly #names = new Set<string>();
  readonly #scalars = new Map<string, Value>();
  #counter = 0;

  constructor(options: { readonly float?: "float32" | "float64" } = {}) {
    this.float = options.float ?? "float32";
  }

  /** A value fed at each run. */
  input(name: string, shape: Shape, type: ElementType = this.float): Value {
    const value = this.#value(type, shape, this.#claim(name));
    this.#inputs.push(value);
    return value;
  }

  /** A tensor stored in the model, such as a trained weight. */
  initializer(name: string, tensor: Tensor): Value {
    if (tensor.data.length !== sizeOf(tensor.shape))
      throw new GraphError(
        "ONNX_BAD_SHAPE",
        `${name}: ${tensor.data.length} elements for ${shapeText(tensor.shape)}`,
      );
    this.#initializers.set(this.#claim(name), tensor);
    return this.#value(tensor.type, tensor.shape, name);
  }

  /** An unnamed tensor stored in the model, of the graph's float type. */
  constant(data: ArrayLike<number>, shape: readonly number[]): Value {
    const floats = this.float === "float32" ? Float32Array.from(data) : Float64Array.from(data);
    return this.initializer(this.#fresh("const"), { type: this.float, shape, data: floats });
  }

  /** A scalar (shape []) of the graph's float type, shared by equal uses. */
  scalar(value: number): Value {
    return this.#shared(`f${value}`, () => this.constant([value], []));
  }

  /** An int64 vector, the form in which ONNX takes shapes and axes. */
  int64s(values: readonly number[]): Value {
    return this.#shared(`i${values.join(",")}`, () =>
      this.initializer(this.#fresh("ints"), {
        type: "int64",
        shape: [values.length],
        data: BigInt64Array.from(values, BigInt),
      }),
    );
  }

  /** Appends any operator with one output; no gradient unless `differentiable` is called. */
  node(spec: NodeSpec, type: ElementType, shape: Shape): Value {
    const [output] = this.nodeOutputs(spec, [{ type, shape }]);
    if (output === undefined) throw new GraphError("ONNX_BAD_SHAPE", `${spec.op} has no output`);
    return output;
  }

  /** Appends any operator with several outputs. */
  nodeOutputs(
    spec: NodeSpec,
    outputs: readonly { readonly type: ElementType; readonly shape: Shape }[],
  ): readonly Value[] {
    for (const input of spec.inputs)
      if (input !== undefined && input.graph !== this)
        throw new GraphError("ONNX_FOREIGN_VALUE", `${spec.op}: ${input.name} belongs to another graph`);
    const values = outputs.map(({ type, shape }) => this.#value(type, shape, this.#fresh(spec.op)));
    this.#nodes.push({
      op: spec.op,
      domain: spec.domain ?? "",
      inputs: spec.inputs,
      outputs: values,
      attributes: spec.attributes ?? {},
    });
    return values;
  }

  /** Records how gradients flow through `output`: one function an input, in order. */
  differentiable(output: Value, inputs: readonly Value[], backward: TapeEntry["backward"]): Value {
    this.tape.push({ output, inputs, backward });
    return output;
  }

  /** Makes a value readable under `name` after a run. */
  output(name: string, value: Value): void {
    const named = this.node({ op: "Identity", inputs: [value] }, value.type, value.shape);
    this.#outputs.set(this.#claim(name), named);
  }

  /** Says that `next` replaces the input `state` in the following run; the output is called `<name>.next`. */
  carry(state: Value, next: Value): void {
    const name = `${state.name}.next`;
    this.output(name, next);
    this.#feedback[name] = state.name;
  }

  /** Encodes the nodes that the outputs need. The graph may grow further afterwards. */
  build(): Model {
    const nodes = this.#renamed(this.#needed());
    const used = new Set(nodes.flatMap((node) => node.inputs.map((input) => input?.name)));
    const outputs = [...this.#outputs].map(([name, value]) => ({
      name,
      type: value.type,
      shape: value.shape,
    }));
    const initializers = [...this.#initializers].filter(([name]) => used.has(name));
    return {
      bytes: encodeModel({ nodes, inputs: this.#inputs, outputs, initializers }),
      inputs: this.#inputs.map(({ name, type, shape }) => ({ name, type, shape })),
      outputs,
      feedback: { ...this.#feedback },
    };
  }

  #needed(): readonly EncodableNode[] {
    const wanted = new Set([...this.#outputs.values()].map((value) => value.name));
    const kept: EncodableNode[] = [];
    for (let index = this.#nodes.length - 1; index >= 0; index--) {
      const node = this.#nodes[index];
      if (node === undefined || !node.outputs.some((output) => wanted.has(output.name))) continue;
      kept.push(node);
      for (const input of node.inputs) if (input !== undefined) wanted.add(input.name);
    }
    return kept.reverse();
  }

  #renamed(nodes: readonly EncodableNode[]): readonly EncodableNode[] {
    const publicNames = new Map([...this.#outputs].map(([name, value]) => [value.name, name]));
    return nodes.map((node) => ({
      ...node,
      outputs: node.outputs.map((value) => ({ name: publicNames.get(value.name) ?? value.name })),
    }));
  }

  #shared(key: string, make: () => Value): Value {
    const known = this.#scalars.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.#scalars.set(key, value);
    return value;
  }

  #value(type: ElementType, shape: Shape, name: string): Value {
    return { graph: this, name, type, shape };
  }

  #fresh(prefix: string): string {
    return `%${prefix}${this.#counter++}`;
  }

  #claim(name: string): string {
    if (!/^[\x21-\x7e]+$/.test(name))
      throw new GraphError("ONNX_BAD_NAME", `"${name}" must be printable ASCII`);
    if (this.#names.has(name)) throw new GraphError("ONNX_BAD_NAME", `the name ${name} is taken`);
    this.#names.add(name);
    return name;
  }
}
