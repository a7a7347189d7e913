/** Writes WebAssembly (core 2.0 with 128-bit SIMD) from expressions, so that a kernel reads like what it computes and nothing has to be compiled at install. */

/** Bytes of an expression: whatever it leaves lies on the stack. */
export type Code = readonly number[];

export type ValueType = 'i32' | 'i64' | 'f64' | 'v128';

export type WasmFunction = {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly result: ValueType | null;
  readonly body: readonly Code[];
};

const valueTypes: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b };

/** A module of these functions, all exported, over a memory of `pages` x 64 KiB exported as `memory`. */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((type) => [valueTypes[type]])),
    ...vector(result === null ? [] : [[valueTypes[result]]]),
  ]);
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, valueTypes[type]])), ...body.flat(), end];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0, ...unsigned(pages)]]),
    ...section(7, [[...text('memory'), 2, 0], ...exported]),
    ...section(10, bodies),
  ]);
}

const section = (id: number, items: readonly Code[]): Code => {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
};
const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const text = (name: string): Code => vector([...name].map((character) => [character.charCodeAt(0)]));

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
function signed(value: bigint): Code {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

const end = 0x0b;

type Operator = (...operands: readonly Code[]) => Code;
const plain =
  (code: number): Operator =>
  (...operands) => [...operands.flat(), code];
const simd =
  (code: number): Operator =>
  (...operands) => [...operands.flat(), 0xfd, ...unsigned(code)];
/** Memory accesses need no alignment here; the offset is part of the instruction. */
const loads =
  (...code: Code) =>
  (address: Code, offset = 0): Code => [...address, ...code, 0, ...unsigned(offset)];
const stores =
  (...code: Code) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...code, 0, ...unsigned(offset)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
/** Runs the body until the condition is 0, at least once. */
export const repeat = (body: readonly Code[], condition: Code): Code => [
  ...[0x03, 0x40],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0],
  end,
];

/** Runs the body as long as the condition is not 0, perhaps never. */
export const during = (condition: Code, body: readonly Code[]): Code => [
  ...[0x02, 0x40],
  ...[...condition, 0x45, 0x0d, 0],
  ...repeat(body, condition),
  end,
];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(BigInt(value))],
  load: loads(0x28),
  add: plain(0x6a),
  lessUnsigned: plain(0x49),
};

export const i64 = {
  constant: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
  load: loads(0x29),
  load32Signed: loads(0x34),
  store: stores(0x37),
  store32: stores(0x3e),
  add: plain(0x7c),
  and: plain(0x83),
  or: plain(0x84),
  shiftLeft: plain(0x86),
  shiftRightSigned: plain(0x87),
};

export const v128 = {
  load: loads(0xfd, 0x00),
  /** 8 or 4 bytes, the rest zero. */
  load64: loads(0xfd, 0x5d),
  load32: loads(0xfd, 0x5c),
  /** Four times the same four bytes. */
  load32Splat: loads(0xfd, 0x09),
  store: stores(0xfd, 0x0b),
  /** The lower 8 bytes. */
  store64: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...[0xfd, 0x5b, 0, ...unsigned(offset), 0],
  ],
  constant: (bytes: Code): Code => [0xfd, 0x0c, ...bytes],
  xor: simd(0x51),
  and: simd(0x4e),
  /** The first operand without the bits of the second. */
  without: simd(0x4f),
  not: simd(0x4d),
  /** Bits of the first operand where the third has ones, else of the second. */
  select: simd(0x52),
};

export const i8x16 = {
  add: simd(0x6e),
  narrow: simd(0x65),
};
export const i16x8 = {
  add: simd(0x8e),
  narrow: simd(0x85),
  shiftLeft: simd(0x8b),
  shiftRightUnsigned: simd(0x8d),
  /** Every lane one place up; the last one of `before` comes in first. */
  laneUp: (before: Code, value: Code): Code => [
    ...[...before, ...value, 0xfd, 0x0d],
    ...Array.from({ length: 16 }, (_, byte) => 14 + byte),
  ],
};
export const i32x4 = {
  splat: simd(0x11),
  add: simd(0xae),
  multiply: simd(0xb5),
  fromU16: simd(0xa9),
  /** Four numbers of memory, widened with their sign. */
  load8: (address: Code, offset = 0): Code => i32x4.fromI16(i16x8FromI8(v128.load32(address, offset))),
  load16: loads(0xfd, 0x03),
  loadU16: loads(0xfd, 0x04),
  fromI16: simd(0xa7),
  /** Every second lane, from the first on: two of one, then two of the other. */
  everySecond: (one: Code, other: Code): Code => [...one, ...other, 0xfd, 0x0d, ...lanes(0, 2, 4, 6)],
  /** The two upper lanes, twice. */
  upper: (value: Code): Code => [...value, ...value, 0xfd, 0x0d, ...lanes(2, 3, 2, 3)],
};
/** The bytes of lanes of 32 bits. */
const lanes = (...indices: readonly number[]): Code =>
  indices.flatMap((lane) => [lane * 4, lane * 4 + 1, lane * 4 + 2, lane * 4 + 3]);
const i16x8FromI8 = simd(0x87);
export const f32x4 = {
  demote: simd(0x5e),
  /** Of an f64, rounded to f32. */
  splat: (value: Code): Code => [...value, 0xb6, 0xfd, 0x13],
  sqrt: simd(0xe3),
  add: simd(0xe4),
  subtract: simd(0xe5),
  multiply: simd(0xe6),
  divide: simd(0xe7),
};
export const f64x2 = {
  splat: simd(0x14),
  /** Of the lower two f32, i32 or u32. */
  promote: simd(0x5f),
  fromI32: simd(0xfe),
  fromU32: simd(0xff),
  lane: (value: Code, lane: number): Code => [...value, 0xfd, 0x21, lane],
  atMost: simd(0x4b),
  floor: simd(0x75),
  abs: simd(0xec),
  sqrt: simd(0xef),
  add: simd(0xf0),
  subtract: simd(0xf1),
  multiply: simd(0xf2),
  divide: simd(0xf3),
  /** The second operand where it is less (greater), else the first. */
  lesser: simd(0xf6),
  greater: simd(0xf7),
};
export const f64 = { add: plain(0xa0), subtract: plain(0xa1), fromI64: plain(0xb9) };
export const i64x2 = {
  lane: (value: Code, lane: number): Code => [...value, 0xfd, 0x1d, lane],
  add: simd(0xce),
  subtract: simd(0xd1),
};
