/** A small builder for ONNX graphs: values are names, `node` adds an operator and returns the name of what it makes. */
import {
  type AttributeProto,
  type ElementType,
  elementTypes,
  encodeModel,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './proto.ts';

/** A size, or the name of a size that is known only when the graph runs. */
export type Dimension = number | string;
export type Attribute = number | string | readonly number[] | GraphProto | { readonly float: number };
type Attributes = Readonly<Record<string, Attribute>>;

/** A value inside a graph, by its name. */
export type Value = string;

export type GraphBuilder = {
  readonly input: (name: string, type: ElementType, shape: readonly Dimension[], meaning?: string) => Value;
  readonly output: (value: Value, type: ElementType, shape: readonly Dimension[], meaning?: string) => void;
  /** Adds an operator of the standard set and returns its one output. */
  readonly node: (operator: string, inputs: readonly Value[], attributes?: Attributes) => Value;
  /** As `node`, for an operator with several outputs. */
  readonly nodes: (
    operator: string,
    inputs: readonly Value[],
    outputs: number,
    attributes?: Attributes,
  ) => readonly Value[];
  /** Gives a value a name of its own, such as the one of an output. */
  readonly named: (name: string, value: Value) => Value;
  /** A constant inside the model, under a name of its own where one is given. */
  readonly float: (values: number | Float32Array, shape?: readonly number[], name?: string) => Value;
  readonly int: (values: number | readonly number[], shape?: readonly number[]) => Value;
  /** The body of a Loop or Scan: it sees the values of this graph under their names. */
  readonly body: (name: string) => GraphBuilder;
  readonly finish: () => GraphProto;
};

const attributeTypes = { f: 1, i: 2, s: 3, g: 5, ints: 7 } as const;

/** Operators keep their meaning within an operator set; onnxruntime 1.30 knows 21, and so does every current tool. */
const operatorSet = 21;
const irVersion = 10;

export const graphBuilder = (name: string): GraphBuilder => builder(name, { next: 0 });

export type ModelDescription = { readonly description?: string; readonly metadata?: Readonly<Record<string, string>> };

/** The bytes of an .onnx file. */
export const modelBytes = (graph: GraphProto, { description = '', metadata = {} }: ModelDescription = {}): Uint8Array =>
  encodeModel({
    ir_version: irVersion,
    producer_name: 'chorale',
    doc_string: description,
    graph,
    opset_import: [{ domain: '', version: operatorSet }],
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });

// The counter is shared with the bodies, since ONNX wants names that are unique across nested graphs.
function builder(name: string, counter: { next: number }): GraphBuilder {
  const node: NodeProto[] = [];
  const initializer: TensorProto[] = [];
  const input: ValueInfoProto[] = [];
  const output: ValueInfoProto[] = [];
  const fresh = (stem: string) => `${stem}_${counter.next++}`;

  const add = (operator: string, inputs: readonly Value[], outputs: readonly Value[], attributes: Attributes) =>
    node.push({
      op_type: operator,
      input: inputs,
      output: outputs,
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });

  const nodes: GraphBuilder['nodes'] = (operator, inputs, outputs, attributes = {}) => {
    const names = Array.from({ length: outputs }, () => fresh(operator));
    add(operator, inputs, names, attributes);
    return names;
  };

  const constant = (type: ElementType, shape: readonly number[], bytes: ArrayBufferView, known = fresh('constant')) => {
    const raw = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    initializer.push({ name: known, dims: shape, data_type: elementTypes[type], raw_data: raw });
    return known;
  };

  return {
    input(name, type, shape, meaning) {
      input.push(valueInfo(name, type, shape, meaning));
      return name;
    },
    output: (value, type, shape, meaning) => void output.push(valueInfo(value, type, shape, meaning)),
    node: (operator, inputs, attributes) => nodes(operator, inputs, 1, attributes)[0]!,
    nodes,
    named(name, value) {
      add('Identity', [value], [name], {});
      return name;
    },
    float(values, shape, name) {
      const list = typeof values === 'number' ? Float32Array.of(values) : values;
      return constant('float', shape ?? (typeof values === 'number' ? [] : [list.length]), list, name);
    },
    int(values, shape) {
      const list = typeof values === 'number' ? [values] : values;
      const bytes = BigInt64Array.from(list, BigInt);
      return constant('int64', shape ?? (typeof values === 'number' ? [] : [list.length]), bytes);
    },
    body: (bodyName) => builder(bodyName, counter),
    finish: () => ({ name, node, initializer, input, output }),
  };
}

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: attributeTypes.i, i: value };
  if (typeof value === 'string') return { name, type: attributeTypes.s, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: attributeTypes.f, f: value.float };
  if ('node' in value) return { name, type: attributeTypes.g, g: value };
  return { name, type: attributeTypes.ints, ints: value };
}

const valueInfo = (name: string, type: ElementType, shape: readonly Dimension[], meaning = ''): ValueInfoProto => ({
  name,
  doc_string: meaning,
  type: {
    tensor_type: {
      elem_type: elementTypes[type],
      shape: { dim: shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size })) },
    },
  },
});
