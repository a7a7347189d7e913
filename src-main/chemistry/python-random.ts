/** Python's `random`, as far as MELLODDY-TUNER's folds need it: the Mersenne Twister (Matsumoto and Nishimura 1998). */
import { createHash } from 'node:crypto';

/** What CPython's `random.seed(seed, version=2); random.randrange(limit)` gives. @param limit 1 to 2^31 */
export function randomBelow(seed: Uint8Array, limit: number): number {
  const state = seeded(seedWords(seed));
  const shift = Math.clz32(limit);
  for (let place = 0; ; place++) {
    const drawn = output(state, place) >>> shift;
    if (drawn < limit) return drawn;
  }
}

const size = 624;
const middle = 397;

/** The seed with its SHA-512 behind it, as one big-endian integer, in words of 32 bits from the lowest on. */
function seedWords(seed: Uint8Array): number[] {
  const bytes = Buffer.concat([seed, createHash('sha512').update(seed).digest()]);
  const words: number[] = [];
  for (let end = bytes.length; end > 0; end -= 4) words.push(bytes.readUIntBE(Math.max(0, end - 4), Math.min(4, end)));
  while (words.length > 1 && words.at(-1) === 0) words.pop();
  return words;
}

/** `init_by_array` of the twister's authors. */
function seeded(words: readonly number[]): Uint32Array {
  const state = start.slice();
  let place = 1;
  const advance = () => {
    place++;
    if (place < size) return;
    state[0] = state[size - 1]!;
    place = 1;
  };
  const before = () => state[place - 1]! ^ (state[place - 1]! >>> 30);
  for (let step = 0, at = 0; step < Math.max(size, words.length); step++) {
    state[place] = (state[place]! ^ Math.imul(before(), 1664525)) + words[at]! + at;
    at = (at + 1) % words.length;
    advance();
  }
  for (let step = 1; step < size; step++) {
    state[place] = (state[place]! ^ Math.imul(before(), 1566083941)) - place;
    advance();
  }
  state[0] = 0x80000000;
  return state;
}

/** `init_genrand(19650218)`: the same for every seed. */
const start = (() => {
  const state = new Uint32Array(size);
  state[0] = 19650218;
  for (let at = 1; at < size; at++) {
    state[at] = Math.imul(state[at - 1]! ^ (state[at - 1]! >>> 30), 1812433253) + at;
  }
  return state;
})();

/** Output number `place`, from 0; in ascending order, since it turns that word of the state. */
function output(state: Uint32Array, place: number): number {
  const at = place % size;
  const mixed = (state[at]! & 0x80000000) | (state[(at + 1) % size]! & 0x7fffffff);
  let word = state[(at + middle) % size]! ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
  state[at] = word;
  word ^= word >>> 11;
  word ^= (word << 7) & 0x9d2c5680;
  word ^= (word << 15) & 0xefc60000;
  word ^= word >>> 18;
  return word >>> 0;
}
