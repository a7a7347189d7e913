/** The loops over millions of numbers, as WebAssembly: addition in a ring, packing, rounding and Adam. Addresses are bytes of the one memory; `end` is that of the first argument. */
import {
  assemble,
  type Code,
  f32x4,
  f64,
  f64x2,
  get,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64,
  i64x2,
  repeat,
  set,
  type ValueType,
  v128,
  type WasmFunction,
} from '../../webassembly/assembler.ts';

/** All arguments but `addresses` and `integers` are f64. */
type Shape = {
  readonly addresses: readonly string[];
  readonly integers?: readonly string[];
  readonly numbers?: readonly string[];
  readonly locals?: Readonly<Record<string, ValueType>>;
  readonly result?: ValueType;
};

/** A function whose arguments and locals are known by name; `splat(number)` is the number in both lanes. */
function kernel(
  name: string,
  { addresses, integers = [], numbers = [], locals = {}, result }: Shape,
  write: (at: Readonly<Record<string, Code>>, into: (local: string, value: Code) => Code) => readonly Code[],
): WasmFunction {
  const splats = numbers.map((number) => `${number}s`);
  const names = [...addresses, ...integers, ...numbers, ...splats, ...Object.keys(locals)];
  const at = Object.fromEntries(names.map((local, index) => [local, get(index)]));
  const into = (local: string, value: Code) => set(names.indexOf(local), value);
  return {
    name,
    parameters: [
      ...addresses.map(() => 'i32' as const),
      ...integers.map(() => 'i32' as const),
      ...numbers.map(() => 'f64' as const),
    ],
    locals: [...splats.map(() => 'v128' as const), ...Object.values(locals)],
    result: result ?? null,
    body: [...numbers.map((number) => into(`${number}s`, f64x2.splat(at[number]!))), ...write(at, into)],
  };
}

/** Goes on by so many bytes; the first address tells when it is over. */
const advance = (
  at: Readonly<Record<string, Code>>,
  into: (local: string, value: Code) => Code,
  steps: Readonly<Record<string, number>>,
): readonly Code[] =>
  Object.entries(steps).map(([address, bytes]) => into(address, i32.add(at[address]!, i32.constant(bytes))));

/** Of several others at once: each lies so many bytes behind the one before. */
type Others = { readonly count: number; readonly apart: number };

/** Their 16 bytes at an offset. */
const eachOther = (at: Readonly<Record<string, Code>>, { count, apart }: Others, offset: number): readonly Code[] =>
  Array.from({ length: count }, (_, other) => v128.load(at.other!, other * apart + offset));

/** Lane by lane target + all others, or with `flip` = -1 target - all others = not(not target + all others). */
const addLanes = (name: string, add: (...operands: readonly Code[]) => Code, others: Others): WasmFunction =>
  kernel(name, { addresses: ['target', 'other', 'end'], integers: ['flip'], locals: { flips: 'v128' } }, (at, into) => [
    into('flips', i32x4.splat(at.flip!)),
    repeat(
      [
        ...[0, 16, 32, 48].map((offset) => {
          const start = v128.xor(v128.load(at.target!, offset), at.flips!);
          const sum = eachOther(at, others, offset).reduce((so, other) => add(so, other), start);
          return v128.store(at.target!, v128.xor(sum, at.flips!), offset);
        }),
        ...advance(at, into, { target: 64, other: 64 }),
      ],
      i32.lessUnsigned(at.target!, at.end!),
    ),
  ]);

/** For each 16 bytes of 48, words of 16 bits that take turns: four numbers of 12 bits lie in three of them. */
const wordsInTurn = (words: readonly [number, number, number]): readonly Code[] =>
  [0, 8, 16].map((first) =>
    v128.constant(
      Array.from({ length: 8 }, (_, lane) => words[(first + lane) % 3]!).flatMap((word) => [word & 0xff, word >> 8]),
    ),
  );

/**
 * As `addLanes` for 32 numbers of 12 bits at once, up to 15 others. Of each word of 16 bits the part that belongs to
 * its first number (12, 8 or 4 bits) and the rest, moved down by 4 bits, are added up apart: the first parts end where
 * their number does, and what leaves the rest at the top goes into the next word's first part.
 */
const add12 = (name: string, others: Others): WasmFunction =>
  kernel(
    name,
    {
      addresses: ['target', 'other', 'end'],
      integers: ['flip'],
      locals: {
        ...Object.fromEntries(
          ['flips', 'part0', 'part1', 'part2', 'carries0', 'carries1', 'carries2'].map(
            (name) => [name, 'v128'] as const,
          ),
        ),
        ...{ word: 'v128', first: 'v128', rest: 'v128', carry: 'v128', carried: 'v128' },
      },
    },
    (at, into) => {
      const bits = i32.constant;
      const first = (part: Code) => v128.and(at.word!, part);
      const rest = (part: Code) => i16x8.shiftRightUnsigned(v128.without(at.word!, part), bits(4));
      return [
        into('flips', i32x4.splat(at.flip!)),
        ...wordsInTurn([0xfff, 0xff, 0xf]).map((part, index) => into(`part${index}`, part)),
        ...wordsInTurn([0xffff, 0xffff, 0]).map((carries, index) => into(`carries${index}`, carries)),
        repeat(
          [
            ...[at.part0!, at.part1!, at.part2!].flatMap((part, index) => [
              into('word', v128.xor(v128.load(at.target!, 16 * index), at.flips!)),
              into('first', first(part)),
              into('rest', rest(part)),
              ...eachOther(at, others, 16 * index).flatMap((other) => [
                into('word', other),
                into('first', i16x8.add(at.first!, first(part))),
                into('rest', i16x8.add(at.rest!, rest(part))),
              ]),
              into('carry', v128.and(i16x8.shiftRightUnsigned(at.rest!, bits(12)), at[`carries${index}`]!)),
              into('first', i16x8.add(at.first!, i16x8.laneUp(at.carried!, at.carry!))),
              // Of the last word of the 48 bytes nothing is carried, so the next ones begin with nothing.
              into('carried', at.carry!),
              v128.store(
                at.target!,
                v128.xor(v128.select(at.first!, i16x8.shiftLeft(at.rest!, bits(4)), part), at.flips!),
                16 * index,
              ),
            ]),
            ...advance(at, into, { target: 48, other: 48 }),
          ],
          i32.lessUnsigned(at.target!, at.end!),
        ),
      ];
    },
  );

const numbersAt = (at: Readonly<Record<string, Code>>, address: string): readonly Code[] =>
  [0, 16, 32, 48].map((offset) => v128.load(at[address]!, offset));

const pack8 = kernel('pack8', { addresses: ['packed', 'numbers', 'end'] }, (at, into) => {
  const [a, b, c, d] = numbersAt(at, 'numbers');
  return [
    repeat(
      [
        v128.store(at.packed!, i8x16.narrow(i16x8.narrow(a!, b!), i16x8.narrow(c!, d!))),
        ...advance(at, into, { packed: 16, numbers: 64 }),
      ],
      i32.lessUnsigned(at.packed!, at.end!),
    ),
  ];
});

const pack16 = kernel('pack16', { addresses: ['packed', 'numbers', 'end'] }, (at, into) => {
  const [a, b] = numbersAt(at, 'numbers');
  return [
    repeat(
      [v128.store(at.packed!, i16x8.narrow(a!, b!)), ...advance(at, into, { packed: 16, numbers: 32 })],
      i32.lessUnsigned(at.packed!, at.end!),
    ),
  ];
});

/** Four numbers to six bytes; two bytes more are written and overwritten by the next four. */
const pack12 = kernel('pack12', { addresses: ['packed', 'numbers', 'end'] }, (at, into) => {
  const lane = (index: number) =>
    i64.shiftLeft(
      i64.and(i64.load32Signed(at.numbers!, index * 4), i64.constant(0xfffn)),
      i64.constant(BigInt(index * 12)),
    );
  return [
    repeat(
      [
        i64.store(at.packed!, i64.or(i64.or(lane(0), lane(1)), i64.or(lane(2), lane(3)))),
        ...advance(at, into, { packed: 6, numbers: 16 }),
      ],
      i32.lessUnsigned(at.packed!, at.end!),
    ),
  ];
});

const unpackLanes = (name: string, load: (address: Code, offset?: number) => Code, bytes: number): WasmFunction =>
  kernel(name, { addresses: ['numbers', 'packed', 'end'] }, (at, into) => [
    repeat(
      [v128.store(at.numbers!, load(at.packed!)), ...advance(at, into, { numbers: 16, packed: bytes })],
      i32.lessUnsigned(at.numbers!, at.end!),
    ),
  ]);

const unpack12 = kernel(
  'unpack12',
  { addresses: ['numbers', 'packed', 'end'], locals: { four: 'i64' } },
  (at, into) => [
    repeat(
      [
        into('four', i64.load(at.packed!)),
        ...[0, 1, 2, 3].map((lane) =>
          i64.store32(
            at.numbers!,
            i64.shiftRightSigned(i64.shiftLeft(at.four!, i64.constant(BigInt(52 - 12 * lane))), i64.constant(52n)),
            lane * 4,
          ),
        ),
        ...advance(at, into, { numbers: 16, packed: 6 }),
      ],
      i32.lessUnsigned(at.numbers!, at.end!),
    ),
  ],
);

/**
 * numbers = times * clamp(floor(x * scale + uniform)), x = weight * change + residual, four at a time in double precision.
 * With feedback the residual becomes x - clamped * step, and uniform numbers have 16 bits, else 32.
 * @returns how many |x| are within `limit`; NaN when a number is not finite
 */
const round = (name: string, feedback: boolean): WasmFunction =>
  kernel(
    name,
    {
      addresses: ['change', 'residual', 'uniform', 'numbers', 'end'],
      integers: ['times'],
      numbers: ['weight', 'scale', 'top', 'bottom', 'limit', 'step', 'unit', 'middle', 'toInteger'],
      locals: {
        ...{ x: 'v128', words: 'v128', kept0: 'v128', kept1: 'v128', factor: 'v128' },
        ...{ within0: 'v128', within1: 'v128', total0: 'v128', total1: 'v128' },
      },
      result: 'f64',
    },
    (at, into) => {
      const uniform = (half: number): Code => {
        if (!feedback) return f64x2.fromU32(v128.load64(at.uniform!, 8 * half));
        return f64x2.fromI32(half === 0 ? at.words! : i32x4.upper(at.words!));
      };
      const two = (half: 0 | 1): readonly Code[] => {
        const weighted = f64x2.multiply(f64x2.promote(v128.load64(at.change!, 8 * half)), at.weights!);
        const [kept, within, total] = [`kept${half}`, `within${half}`, `total${half}`];
        const offset = f64x2.add(f64x2.multiply(uniform(half), at.units!), at.middles!);
        return [
          into('x', feedback ? f64x2.add(weighted, f64x2.promote(v128.load64(at.residual!, 8 * half))) : weighted),
          into(total, f64x2.add(at[total]!, at.x!)),
          into(within, i64x2.subtract(at[within]!, f64x2.atMost(f64x2.abs(at.x!), at.limits!))),
          into(
            kept,
            f64x2.lesser(
              f64x2.greater(f64x2.floor(f64x2.add(f64x2.multiply(at.x!, at.scales!), offset)), at.bottoms!),
              at.tops!,
            ),
          ),
          ...(feedback
            ? [
                v128.store64(
                  at.residual!,
                  f32x4.demote(f64x2.subtract(at.x!, f64x2.multiply(at[kept]!, at.steps!))),
                  8 * half,
                ),
              ]
            : []),
        ];
      };
      const integers = (kept: Code): Code => f64x2.add(kept, at.toIntegers!);
      return [
        into('factor', i32x4.splat(at.times!)),
        repeat(
          [
            ...(feedback ? [into('words', i32x4.loadU16(at.uniform!))] : []),
            ...two(0),
            ...two(1),
            v128.store(
              at.numbers!,
              i32x4.multiply(i32x4.everySecond(integers(at.kept0!), integers(at.kept1!)), at.factor!),
            ),
            ...advance(at, into, { change: 16, residual: 16, uniform: feedback ? 8 : 16, numbers: 16 }),
          ],
          i32.lessUnsigned(at.change!, at.end!),
        ),
        into('within0', i64x2.add(at.within0!, at.within1!)),
        // Of numbers that are not all finite neither is the sum, and what it differs by from itself is NaN.
        into('total0', f64x2.add(at.total0!, at.total1!)),
        into('total0', f64x2.subtract(at.total0!, at.total0!)),
        f64.add(
          f64.fromI64(i64.add(i64x2.lane(at.within0!, 0), i64x2.lane(at.within0!, 1))),
          f64.add(f64x2.lane(at.total0!, 0), f64x2.lane(at.total0!, 1)),
        ),
      ];
    },
  );

/** floats = float32(numbers * unit) */
const scale = kernel('scale', { addresses: ['floats', 'numbers', 'end'], numbers: ['unit'] }, (at, into) => [
  repeat(
    [
      v128.store64(at.floats!, f32x4.demote(f64x2.multiply(f64x2.fromI32(v128.load64(at.numbers!)), at.units!))),
      ...advance(at, into, { floats: 8, numbers: 8 }),
    ],
    i32.lessUnsigned(at.floats!, at.end!),
  ),
]);

/** Sum of the squares of an even count of float32, in double precision: two partial sums, even and odd places. */
const squares = kernel(
  'squares',
  { addresses: ['floats', 'end'], locals: { pair: 'v128', sum: 'v128' }, result: 'f64' },
  (at, into) => [
    repeat(
      [
        into('pair', f64x2.promote(v128.load64(at.floats!))),
        into('sum', f64x2.add(at.sum!, f64x2.multiply(at.pair!, at.pair!))),
        ...advance(at, into, { floats: 8 }),
      ],
      i32.lessUnsigned(at.floats!, at.end!),
    ),
    f64.add(f64x2.lane(at.sum!, 0), f64x2.lane(at.sum!, 1)),
  ],
);

/**
 * gradient = average * perChange + l2 * value; first = keepFirst * first + addFirst * gradient; second likewise of its
 * square; value -= step * first / (sqrt(second * correction) + epsilon). In double precision, stored as float32.
 */
const adam = kernel(
  'adam',
  {
    addresses: ['values', 'first', 'second', 'average', 'end'],
    numbers: ['perChange', 'l2', 'keepFirst', 'addFirst', 'keepSecond', 'addSecond', 'step', 'correction', 'epsilon'],
    locals: { value: 'v128', gradient: 'v128', mean: 'v128', square: 'v128' },
  },
  (at, into) => {
    const numbers = (address: Code) => f64x2.promote(v128.load64(address));
    return [
      repeat(
        [
          into('value', numbers(at.values!)),
          into(
            'gradient',
            f64x2.add(f64x2.multiply(numbers(at.average!), at.perChanges!), f64x2.multiply(at.l2s!, at.value!)),
          ),
          into(
            'mean',
            f64x2.add(f64x2.multiply(at.keepFirsts!, numbers(at.first!)), f64x2.multiply(at.addFirsts!, at.gradient!)),
          ),
          into(
            'square',
            f64x2.add(
              f64x2.multiply(at.keepSeconds!, numbers(at.second!)),
              f64x2.multiply(f64x2.multiply(at.addSeconds!, at.gradient!), at.gradient!),
            ),
          ),
          v128.store64(at.first!, f32x4.demote(at.mean!)),
          v128.store64(at.second!, f32x4.demote(at.square!)),
          v128.store64(
            at.values!,
            f32x4.demote(
              f64x2.subtract(
                at.value!,
                f64x2.divide(
                  f64x2.multiply(at.steps!, at.mean!),
                  f64x2.add(f64x2.sqrt(f64x2.multiply(at.square!, at.corrections!)), at.epsilons!),
                ),
              ),
            ),
          ),
          ...advance(at, into, { values: 8, first: 8, second: 8, average: 8 }),
        ],
        i32.lessUnsigned(at.values!, at.end!),
      ),
    ];
  },
);

/**
 * The module, over so many pages of 64 KiB.
 * @param most vectors that are added at once, and how many bytes lie from one to the next
 */
export const kernelModule = (pages: number, { count: most, apart }: Others): Uint8Array<ArrayBuffer> =>
  assemble(
    [
      ...Array.from({ length: most }, (_, one) => ({ count: one + 1, apart })).flatMap((others) => [
        addLanes(`add8x${others.count}`, i8x16.add, others),
        add12(`add12x${others.count}`, others),
        addLanes(`add16x${others.count}`, i16x8.add, others),
        addLanes(`add32x${others.count}`, i32x4.add, others),
      ]),
      pack8,
      pack12,
      pack16,
      unpackLanes('unpack8', i32x4.load8, 4),
      unpack12,
      unpackLanes('unpack16', i32x4.load16, 8),
      round('roundValues', true),
      round('roundFixed', false),
      scale,
      squares,
      adam,
    ],
    pages,
  );
