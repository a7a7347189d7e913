/** Integers mod 2^8, 2^12, 2^16 or 2^32, packed as they are masked, sent and added up. */
import { addedAtOnce, addends, blockBytes, blockNumbers, kernels, memory } from './kernels/kernels.ts';

/** Width of the ring: so many bits of a vector belong to one number. */
export type RingBits = 8 | 12 | 16 | 32;

export const ringWidths = [8, 12, 16, 32] as const satisfies readonly RingBits[];

/** Bytes that a vector can be cut at: one number, or two of 12 bits. */
export const groupBytes = (ringBits: RingBits): number => (ringBits === 12 ? 3 : ringBits / 8);

/** Bytes of a packed vector. Two 12-bit numbers share three bytes; behind an odd number of them stands a zero. */
export const packedBytes = (numbers: number, ringBits: RingBits): number =>
  ringBits === 12 ? Math.ceil(numbers / 2) * 3 : numbers * (ringBits / 8);

/**
 * Little endian; of two 12-bit numbers the first has the lower bits of the three bytes.
 * @param numbers from -2^(ringBits - 1) to 2^(ringBits - 1) - 1
 */
export function pack(numbers: Int32Array, ringBits: RingBits): Uint8Array {
  const packed = new Uint8Array(packedBytes(numbers.length, ringBits));
  for (let start = 0; start < numbers.length; start += blockNumbers) {
    const block = numbers.subarray(start, start + blockNumbers);
    ints.int32.set(block);
    ints.int32.fill(0, block.length, block.length + 1);
    packInts(block.length, ringBits);
    packed.set(packedInts.bytes.subarray(0, packedBytes(block.length, ringBits)), packedBytes(start, ringBits));
  }
  return packed;
}

/** @returns numbers from -2^(ringBits - 1) to 2^(ringBits - 1) - 1 */
export function unpack(packed: Uint8Array, ringBits: RingBits, length = numbersIn(packed, ringBits)): Int32Array {
  const numbers = new Int32Array(length);
  for (let start = 0; start < length; start += blockNumbers) {
    const end = Math.min(length, start + blockNumbers);
    packedInts.bytes.set(packed.subarray(packedBytes(start, ringBits), packedBytes(end, ringBits)));
    unpackInts(end - start, ringBits);
    numbers.set(ints.int32.subarray(0, end - start), start);
  }
  return numbers;
}

/** Adds (1) or subtracts (-1) number by number, in place. */
export function addPacked(target: Uint8Array, other: Uint8Array, ringBits: RingBits, sign: 1 | -1 = 1): void {
  addAllPacked(target, [addendOf(other, sign)], ringBits);
}

/** What is added block by block: `next` writes each block where it is added, from front to back. */
export type Addend = { readonly next: (block: Uint8Array, from: number) => void; readonly sign: 1 | -1 };

export const addendOf = (vector: Uint8Array, sign: 1 | -1 = 1): Addend => ({
  sign,
  next: (block, from) => block.set(vector.subarray(from, from + block.length)),
});

/**
 * Adds several vectors at once, block by block: those of one sign a few in a pass.
 * @param first what they are added to, where that is not what the target holds
 */
export function addAllPacked(
  target: Uint8Array,
  vectors: readonly Addend[],
  ringBits: RingBits,
  first: Uint8Array = target,
): void {
  const passes = ([1, -1] as const).flatMap((sign) => passesOf(vectors.filter((vector) => vector.sign === sign)));
  for (let from = 0; from < target.length; from += blockBytes) {
    const block = target.subarray(from, from + blockBytes);
    sums.bytes.set(first.subarray(from, from + block.length));
    for (const pass of passes) {
      for (const [i, { next }] of pass.entries()) next(addends[i]!.bytes.subarray(0, block.length), from);
      const add = kernels[`add${ringBits}x${pass.length as 1 | 2 | 3 | 4 | 5}`];
      add(sums.at, addends[0]!.at, sums.at + block.length, pass[0]!.sign === 1 ? 0 : -1);
    }
    block.set(sums.bytes.subarray(0, block.length));
  }
}

const passesOf = (vectors: readonly Addend[]): readonly (readonly Addend[])[] =>
  Array.from({ length: Math.ceil(vectors.length / addedAtOnce) }, (_, pass) =>
    vectors.slice(pass * addedAtOnce, (pass + 1) * addedAtOnce),
  );

/** From the area of numbers to that of packed ones, where encoding works. */
export function packInts(count: number, ringBits: RingBits): void {
  if (ringBits === 32) packedInts.int32.set(ints.int32.subarray(0, count));
  else kernels[`pack${ringBits}`](packedInts.at, ints.at, packedInts.at + packedBytes(count, ringBits));
}

export function unpackInts(count: number, ringBits: RingBits): void {
  if (ringBits === 32) ints.int32.set(packedInts.int32.subarray(0, count));
  else kernels[`unpack${ringBits}`](ints.at, packedInts.at, ints.at + count * 4);
}

const { sums, ints, packed: packedInts } = memory;

const numbersIn = (packed: Uint8Array, ringBits: RingBits): number => Math.floor((packed.length * 8) / ringBits);
