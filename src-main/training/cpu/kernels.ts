/**
 * What no operator of onnxruntime does in place, as WebAssembly SIMD over a memory that the state lives in: sums of the
 * first weight's rows over set bits, and the optimiser's steps. Numbers are float32, addresses bytes.
 */
import {
  assemble,
  type Code,
  during,
  f32x4,
  get,
  i32,
  repeat,
  set,
  type ValueType,
  v128,
  type WasmFunction,
} from '../../webassembly/assembler.ts';

type Values = Readonly<Record<string, Code>>;
type Into = (local: string, value: Code) => Code;

/** Arguments are addresses and sizes in bytes, then numbers; of number `x` there is also `xs`, four times x. */
function kernel(
  name: string,
  integers: readonly string[],
  numbers: readonly string[],
  locals: Readonly<Record<string, ValueType>>,
  write: (at: Values, into: Into) => readonly Code[],
): WasmFunction {
  const splats = numbers.map((number) => `${number}s`);
  const names = [...integers, ...numbers, ...splats, ...Object.keys(locals)];
  const at = Object.fromEntries(names.map((local, index) => [local, get(index)]));
  const into = (local: string, value: Code) => set(names.indexOf(local), value);
  return {
    name,
    parameters: [...integers.map(() => 'i32' as const), ...numbers.map(() => 'f64' as const)],
    locals: [...splats.map(() => 'v128' as const), ...Object.values(locals)],
    result: null,
    body: [...numbers.map((number) => into(`${number}s`, f32x4.splat(at[number]!))), ...write(at, into)],
  };
}

/** Columns that are worked on at a time are `lanes` x 4: as many as stay in registers. */
const manyLanes = 8;

/** What the lists say of each row of the output: where its entries end, an address; entries are offsets of inputs. */
const lists = ['list', 'ends', 'lastEnd'];

/**
 * For each end: all columns of a span, `lanes` x 4 at a time, as sums over the entries before the end; then `finish`.
 * @param input where entries point to, at the span's first column
 */
function overLists(
  at: Values,
  into: Into,
  lanes: number,
  input: string,
  finish: (lane: number, offset: number) => readonly Code[],
  next: readonly Code[],
  weighted = false,
): readonly Code[] {
  const each = <Made>(make: (lane: number) => Made) => Array.from({ length: lanes }, (_, lane) => make(lane));
  const sum = (lane: number) => `sum${lane}`;
  return [
    into('start', at.list!),
    repeat(
      [
        into('limit', i32.load(at.ends!)),
        into('column', i32.constant(0)),
        repeat(
          [
            into('position', at.start!),
            ...each((lane) => into(sum(lane), v128.xor(at[sum(lane)]!, at[sum(lane)]!))),
            during(i32.lessUnsigned(at.position!, at.limit!), [
              into('entry', i32.add(i32.add(at[input]!, i32.load(at.position!)), at.column!)),
              ...(weighted ? [into('weight', v128.load32Splat(i32.add(at.position!, at.toWeights!)))] : []),
              ...each((lane) => {
                const value = v128.load(at.entry!, 16 * lane);
                return into(sum(lane), f32x4.add(at[sum(lane)]!, weighted ? f32x4.multiply(value, at.weight!) : value));
              }),
              into('position', i32.add(at.position!, i32.constant(4))),
            ]),
            ...each((lane) => finish(lane, 16 * lane)).flat(),
            into('column', i32.add(at.column!, i32.constant(16 * lanes))),
          ],
          i32.lessUnsigned(at.column!, at.span!),
        ),
        into('start', at.limit!),
        into('ends', i32.add(at.ends!, i32.constant(4))),
        ...next,
      ],
      i32.lessUnsigned(at.ends!, at.lastEnd!),
    ),
  ];
}

const overListsLocals = (lanes: number): Record<string, ValueType> => ({
  ...{ start: 'i32', limit: 'i32', column: 'i32', position: 'i32', entry: 'i32' },
  ...Object.fromEntries(Array.from({ length: lanes }, (_, lane) => [`sum${lane}`, 'v128'])),
});

/** sums[k] = sum of the rows of `weight` that list k names. */
const sumRows = (lanes: number): WasmFunction =>
  kernel(`sumRows${lanes}`, ['weight', 'sums', 'stride', 'span', ...lists], [], overListsLocals(lanes), (at, into) =>
    overLists(
      at,
      into,
      lanes,
      'weight',
      (lane, offset) => [v128.store(i32.add(at.sums!, at.column!), at[`sum${lane}`]!, offset)],
      [into('sums', i32.add(at.sums!, at.stride!))],
    ),
  );

/** output[k] += sum of the rows of `input` that list k names, each times its weight, `toWeights` behind its entry. */
const addWeightedRows = (lanes: number): WasmFunction =>
  kernel(
    `addWeightedRows${lanes}`,
    ['input', 'output', 'stride', 'span', ...lists, 'toWeights'],
    [],
    { ...overListsLocals(lanes), weight: 'v128', place: 'i32' },
    (at, into) =>
      overLists(
        at,
        into,
        lanes,
        'input',
        (lane, offset) => [
          into('place', i32.add(at.output!, at.column!)),
          v128.store(at.place!, f32x4.add(v128.load(at.place!, offset), at[`sum${lane}`]!), offset),
        ],
        [into('output', i32.add(at.output!, at.stride!))],
        true,
      ),
  );

/** Numbers of a row that a scalar product takes at a time. */
export const productLanes = 16;

/** For each pair of offsets of the list: four numbers that add up to the scalar product of a row of each input. */
const scalarProducts = kernel(
  'scalarProducts',
  ['one', 'other', 'output', 'span', 'list', 'lastPair'],
  [],
  {
    left: 'i32',
    right: 'i32',
    end: 'i32',
    ...Object.fromEntries([0, 1, 2, 3].map((lane) => [`sum${lane}`, 'v128' as const])),
  },
  (at, into) => {
    const each = <Made>(make: (lane: number) => Made) => [0, 1, 2, 3].map(make);
    const sum = (lane: number) => at[`sum${lane}`]!;
    return [
      repeat(
        [
          into('left', i32.add(at.one!, i32.load(at.list!))),
          into('right', i32.add(at.other!, i32.load(at.list!, 4))),
          into('end', i32.add(at.left!, at.span!)),
          ...each((lane) => into(`sum${lane}`, v128.xor(sum(lane), sum(lane)))),
          repeat(
            [
              ...each((lane) => {
                const product = f32x4.multiply(v128.load(at.left!, 16 * lane), v128.load(at.right!, 16 * lane));
                return into(`sum${lane}`, f32x4.add(sum(lane), product));
              }),
              into('left', i32.add(at.left!, i32.constant(4 * productLanes))),
              into('right', i32.add(at.right!, i32.constant(4 * productLanes))),
            ],
            i32.lessUnsigned(at.left!, at.end!),
          ),
          v128.store(at.output!, f32x4.add(f32x4.add(sum(0), sum(1)), f32x4.add(sum(2), sum(3)))),
          into('output', i32.add(at.output!, i32.constant(16))),
          into('list', i32.add(at.list!, i32.constant(8))),
        ],
        i32.lessUnsigned(at.list!, at.lastPair!),
      ),
    ];
  },
);

/** Row `rows[k]` of `weight` goes down by `rate` x the sum of the rows of `slopes` that list k names. */
const descendRows = (lanes: number): WasmFunction =>
  kernel(
    `descendRows${lanes}`,
    ['weight', 'rows', 'slopes', 'span', ...lists],
    ['rate'],
    { ...overListsLocals(lanes), place: 'i32' },
    (at, into) =>
      overLists(
        at,
        into,
        lanes,
        'slopes',
        (lane, offset) => [
          into('place', i32.add(i32.add(at.weight!, i32.load(at.rows!)), at.column!)),
          v128.store(
            at.place!,
            f32x4.subtract(v128.load(at.place!, offset), f32x4.multiply(at[`sum${lane}`]!, at.rates!)),
            offset,
          ),
        ],
        [into('rows', i32.add(at.rows!, i32.constant(4)))],
      ),
  );

/** In the order of optimiser.ts; `decay` where weights do. */
const adamNumbers = (decays: boolean) => [
  ...['scale', 'denominator', 'firstLift', 'secondLift', 'firstSettle', 'secondSettle'],
  ...(decays ? ['decay'] : []),
];

/** Adam with lifted moments on four numbers, whose gradient is in `gradient`, and grows by `decay` x the number. */
const adamStep = (at: Values, into: Into, gradient: string, place: (name: string) => Code, offset: number) => [
  ...(at.decays === undefined
    ? []
    : [into(gradient, f32x4.add(at[gradient]!, f32x4.multiply(v128.load(place('weight'), offset), at.decays)))]),
  into('m', f32x4.add(v128.load(place('first'), offset), f32x4.multiply(at[gradient]!, at.firstLifts!))),
  into(
    'v',
    f32x4.add(
      v128.load(place('second'), offset),
      f32x4.multiply(f32x4.multiply(at[gradient]!, at[gradient]!), at.secondLifts!),
    ),
  ),
  v128.store(
    place('weight'),
    f32x4.subtract(
      v128.load(place('weight'), offset),
      f32x4.multiply(f32x4.divide(at.m!, f32x4.add(f32x4.sqrt(at.v!), at.denominators!)), at.scales!),
    ),
    offset,
  ),
  v128.store(place('first'), f32x4.multiply(at.m!, at.firstSettles!), offset),
  v128.store(place('second'), f32x4.multiply(at.v!, at.secondSettles!), offset),
];

/** Row k of `weight` by Adam; its gradient is the sum of the rows of `slopes` that list k names. */
const adamRows = (lanes: number, decays: boolean): WasmFunction =>
  kernel(
    `adamRows${lanes}`,
    ['weight', 'first', 'second', 'stride', 'slopes', 'span', ...lists],
    adamNumbers(decays),
    { ...overListsLocals(lanes), m: 'v128', v: 'v128' },
    (at, into) =>
      overLists(
        at,
        into,
        lanes,
        'slopes',
        (lane, offset) => adamStep(at, into, `sum${lane}`, (name) => i32.add(at[name]!, at.column!), offset),
        ['weight', 'first', 'second'].map((name) => into(name, i32.add(at[name]!, at.stride!))),
      ),
  );

/** Numbers one after the other up to `end` of `weight`, four at a time. */
const along = (at: Values, into: Into, names: readonly string[], body: readonly Code[]) => [
  repeat(
    [...body, ...names.map((name) => into(name, i32.add(at[name]!, i32.constant(16))))],
    i32.lessUnsigned(at.weight!, at.end!),
  ),
];

const adam = (decays: boolean): WasmFunction =>
  kernel(
    'adam',
    ['weight', 'first', 'second', 'gradient', 'end'],
    adamNumbers(decays),
    { g: 'v128', m: 'v128', v: 'v128' },
    (at, into) =>
      along(
        at,
        into,
        ['weight', 'first', 'second', 'gradient'],
        [into('g', v128.load(at.gradient!)), ...adamStep(at, into, 'g', (name) => at[name]!, 0)],
      ),
  );

const descend = kernel('descend', ['weight', 'gradient', 'end'], ['rate'], {}, (at, into) =>
  along(
    at,
    into,
    ['weight', 'gradient'],
    [v128.store(at.weight!, f32x4.subtract(v128.load(at.weight!), f32x4.multiply(v128.load(at.gradient!), at.rates!)))],
  ),
);

type Kernel = (...values: readonly number[]) => void;
type Name = 'sumRows' | 'addWeightedRows' | 'descendRows' | 'adamRows';

export type Kernels = { readonly [K in 'adam' | 'descend' | 'scalarProducts' | `${Name}${1 | 8}`]: Kernel } & {
  readonly memory: WebAssembly.Memory;
};

/**
 * @param bytes of the memory
 * @param decays whether Adam's numbers end with the weights' decay
 * @throws RangeError when there is not so much memory
 */
export function kernelsOver(bytes: number, decays = false): Kernels {
  const perLanes = [1, manyLanes].flatMap((lanes) => [
    sumRows(lanes),
    addWeightedRows(lanes),
    descendRows(lanes),
    adamRows(lanes, decays),
  ]);
  const module = new WebAssembly.Module(
    assemble([...perLanes, scalarProducts, adam(decays), descend], Math.ceil(bytes / 65_536)),
  );
  return new WebAssembly.Instance(module).exports as unknown as Kernels;
}

/** Calls `work` with the kernels' lanes for spans of columns that cover `width` numbers, a multiple of four. */
export function overColumns(
  width: number,
  panel: number,
  work: (lanes: 1 | 8, firstColumn: number, columns: number) => void,
): void {
  const wide = Math.floor(width / (4 * manyLanes)) * 4 * manyLanes;
  for (let column = 0; column < wide; column += panel) work(manyLanes, column, Math.min(panel, wide - column));
  if (wide < width) work(1, wide, width - wide);
}
