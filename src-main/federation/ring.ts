/** Integers mod 2^8, 2^12, 2^16 or 2^32, packed as they are masked, sent and added up. */

/** Width of the ring: so many bits of a vector belong to one number. */
export type RingBits = 8 | 12 | 16 | 32;

export const ringWidths = [8, 12, 16, 32] as const satisfies readonly RingBits[];

/** Bytes and numbers that a vector can be cut at, in every ring: whole groups of 12-bit numbers. */
const groupNumbers = (ringBits: RingBits): number => (ringBits === 12 ? 2 : 1);

export const groupBytes = (ringBits: RingBits): number => (groupNumbers(ringBits) * ringBits) / 8;

/** Bytes of a packed vector. Two 12-bit numbers share three bytes; behind an odd number of them stands a zero. */
export const packedBytes = (numbers: number, ringBits: RingBits): number =>
  Math.ceil(numbers / groupNumbers(ringBits)) * groupBytes(ringBits);

/** Numbers mod 2^ringBits, little endian; of two 12-bit numbers the first has the lower bits of the three bytes. */
export function pack(numbers: Int32Array, ringBits: RingBits): Uint8Array {
  const bytes = new Uint8Array(packedBytes(numbers.length, ringBits));
  packInto(bytes, numbers, ringBits);
  return bytes;
}

/** @param bytes `packedBytes` of the numbers, at an address that the width divides */
export function packInto(bytes: Uint8Array, numbers: Int32Array, ringBits: RingBits): void {
  if (ringBits !== 12) {
    lanesOf(bytes, ringBits).set(numbers);
    return;
  }
  for (let i = 0, at = 0; i < numbers.length; i += 2, at += 3) {
    const pair = (numbers[i]! & low12) | ((numbers[i + 1]! & low12) << 12);
    bytes[at] = pair;
    bytes[at + 1] = pair >>> 8;
    bytes[at + 2] = pair >>> 16;
  }
}

/** The numbers nearest to zero: from -2^(ringBits - 1) to 2^(ringBits - 1) - 1. */
export function unpack(bytes: Uint8Array, ringBits: RingBits, length = numbersIn(bytes, ringBits)): Int32Array {
  const numbers = new Int32Array(length);
  if (ringBits !== 12) {
    numbers.set(lanesOf(aligned(bytes, ringBits), ringBits).subarray(0, length));
    return numbers;
  }
  for (let i = 0, at = 0; i < length; i += 2, at += 3) {
    const pair = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    numbers[i] = (pair << 20) >> 20;
    if (i + 1 < length) numbers[i + 1] = (pair << 8) >> 20;
  }
  return numbers;
}

/** Adds (1) or subtracts (-1) number by number, in place, mod 2^ringBits. */
export function addPacked(target: Uint8Array, other: Uint8Array, ringBits: RingBits, sign: 1 | -1 = 1): void {
  if (ringBits === 12) {
    for (let at = 0; at < target.length; at += 3) {
      const a = target[at]! | (target[at + 1]! << 8) | (target[at + 2]! << 16);
      const b = other[at]! | (other[at + 1]! << 8) | (other[at + 2]! << 16);
      const sum = ((a + sign * (b & low12)) & low12) | ((a & high12) + sign * (b & high12));
      target[at] = sum;
      target[at + 1] = sum >>> 8;
      target[at + 2] = sum >>> 16;
    }
    return;
  }
  const to = lanesOf(target, ringBits);
  const from = lanesOf(aligned(other, ringBits), ringBits);
  if (sign === 1) for (let i = 0; i < to.length; i++) to[i] = (to[i]! + from[i]!) | 0;
  else for (let i = 0; i < to.length; i++) to[i] = (to[i]! - from[i]!) | 0;
}

const low12 = 0xfff;
const high12 = 0xfff000;

const numbersIn = (bytes: Uint8Array, ringBits: RingBits): number => Math.floor((bytes.length * 8) / ringBits);

function lanesOf({ buffer, byteOffset, length }: Uint8Array, ringBits: 8 | 16 | 32) {
  if (ringBits === 8) return new Int8Array(buffer, byteOffset, length);
  if (ringBits === 16) return new Int16Array(buffer, byteOffset, length >>> 1);
  return new Int32Array(buffer, byteOffset, length >>> 2);
}

const aligned = (bytes: Uint8Array, ringBits: 8 | 16 | 32): Uint8Array =>
  bytes.byteOffset % (ringBits / 8) === 0 ? bytes : new Uint8Array(bytes);
