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

/**
 * Lane by lane target + other, or with `flip` = -1 target - other = not(not target + other).
 */
const addLanes = (name: string, add: (...operands: readonly Code[]) => Code): WasmFunction =>
  kernel(name, { addresses: ['target', 'other', 'end'], integers: ['flip'], locals: { flips: 'v128' } }, (at, into) => [
    into('flips', i32x4.splat(at.flip!)),
    repeat(
      [
        ...[0, 16, 32, 48].map((offset) =>
          v128.store(
            at.target!,
            v128.xor(add(v128.xor(v128.load(at.target!, offset), at.flips!), v128.load(at.other!, offset)), at.flips!),
            offset,
          ),
        ),
        ...advance(at, into, { target: 64, other: 64 }),
      ],
      i32.lessUnsigned(at.target!, at.end!),
    ),
  ]);

/** The highest bit of each of the 16 lanes of 12 bits that lie across three words of 64. */
const highBits = [0n, 64n, 128n].map((from) => {
  let bits = 0n;
  for (let top = 11n; top < 192n; top += 12n) if (top >= from && top < from + 64n) bits |= 1n << (top - from);
  return bits;
});

/**
 * Sixteen 12-bit numbers at once: the lower 11 bits of a lane add up without leaving it, so the three words are added
 * with carry; the highest bits are added apart (xor).
 */
const add12 = kernel(
  'add12',
  {
    addresses: ['target', 'other', 'end'],
    integers: ['flip'],
    locals: { flips: 'i64', own: 'i64', their: 'i64', low: 'i64', sum: 'i64', carry: 'i64' },
  },
  (at, into) => [
    into(
      'flips',
      i64.shiftRightSigned(i64.shiftLeft(i64.fromI32Unsigned(at.flip!), i64.constant(32n)), i64.constant(32n)),
    ),
    repeat(
      [
        into('carry', i64.constant(0n)),
        ...highBits.flatMap((high, word) => [
          into('own', i64.xor(i64.load(at.target!, word * 8), at.flips!)),
          into('their', i64.load(at.other!, word * 8)),
          into('low', i64.and(at.own!, i64.constant(~high))),
          into('sum', i64.add(at.low!, i64.and(at.their!, i64.constant(~high)))),
          i64.store(
            at.target!,
            i64.xor(
              i64.xor(i64.add(at.sum!, at.carry!), i64.and(i64.xor(at.own!, at.their!), i64.constant(high))),
              at.flips!,
            ),
            word * 8,
          ),
          // The carry that came in stays within the lane that lies across the words, so it cannot make another.
          into('carry', i64.fromI32Unsigned(i64.lessUnsigned(at.sum!, at.low!))),
        ]),
        ...advance(at, into, { target: 24, other: 24 }),
      ],
      i32.lessUnsigned(at.target!, at.end!),
    ),
  ],
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
 * numbers = times * clamp(floor(x * scale + uniform)), x = weight * change + residual, two at a time in double precision.
 * With feedback the residual becomes x - clamped * step, and uniform numbers have 16 bits, else 32.
 * @returns how many |x| are beyond `limit`; NaN when a number is not finite
 */
const round = (name: string, feedback: boolean): WasmFunction =>
  kernel(
    name,
    {
      addresses: ['change', 'residual', 'uniform', 'numbers', 'end'],
      integers: ['times'],
      numbers: ['weight', 'scale', 'top', 'bottom', 'limit', 'step', 'unit', 'middle', 'one'],
      locals: { x: 'v128', kept: 'v128', beyond: 'v128', factor: 'v128' },
      result: 'f64',
    },
    (at, into) => {
      const weighted = f64x2.multiply(f64x2.promote(v128.load64(at.change!)), at.weights!);
      const uniform = feedback
        ? f64x2.fromU32(i32x4.fromU16(v128.load32(at.uniform!)))
        : f64x2.fromU32(v128.load64(at.uniform!));
      return [
        into('factor', i32x4.splat(at.times!)),
        repeat(
          [
            into('x', feedback ? f64x2.add(weighted, f64x2.promote(v128.load64(at.residual!))) : weighted),
            into(
              'beyond',
              f64x2.add(
                f64x2.add(at.beyond!, f64x2.subtract(at.x!, at.x!)),
                v128.and(v128.not(f64x2.atMost(f64x2.abs(at.x!), at.limits!)), at.ones!),
              ),
            ),
            into(
              'kept',
              f64x2.min(
                f64x2.max(
                  f64x2.floor(
                    f64x2.add(
                      f64x2.multiply(at.x!, at.scales!),
                      f64x2.add(f64x2.multiply(uniform, at.units!), at.middles!),
                    ),
                  ),
                  at.bottoms!,
                ),
                at.tops!,
              ),
            ),
            v128.store64(at.numbers!, i32x4.multiply(i32x4.fromF64(at.kept!), at.factor!)),
            ...(feedback
              ? [v128.store64(at.residual!, f32x4.demote(f64x2.subtract(at.x!, f64x2.multiply(at.kept!, at.steps!))))]
              : []),
            ...advance(at, into, { change: 8, residual: 8, uniform: feedback ? 4 : 8, numbers: 8 }),
          ],
          i32.lessUnsigned(at.change!, at.end!),
        ),
        f64.add(f64x2.lane(at.beyond!, 0), f64x2.lane(at.beyond!, 1)),
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

/** The module, over so many pages of 64 KiB. */
export const kernelModule = (pages: number): Uint8Array<ArrayBuffer> =>
  assemble(
    [
      addLanes('add8', i8x16.add),
      add12,
      addLanes('add16', i16x8.add),
      addLanes('add32', i32x4.add),
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
