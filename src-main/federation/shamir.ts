/** Shamir's secret sharing over GF(256): any t of n shares give the secret back, fewer say nothing about it. */

/** A point of the polynomials: `value` has a byte for each byte of the secret, at position `x` (1..255). */
export type Share = { readonly x: number; readonly value: Uint8Array };

/**
 * @param positions distinct, 1..255: where the shares lie
 * @param random gives that many uniform bytes, for the polynomials' coefficients
 * @returns a share for each position, in their order
 */
export function splitSecret(
  secret: Uint8Array,
  threshold: number,
  positions: readonly number[],
  random: (count: number) => Uint8Array,
): readonly Share[] {
  if (threshold < 1 || threshold > positions.length) throw new RangeError('threshold outside 1..n');
  checkPositions(positions);
  const coefficients = Array.from({ length: threshold - 1 }, () => random(secret.length));
  return positions.map((x) => ({
    x,
    // Horner's rule, from the highest coefficient down to the secret.
    value: coefficients
      .reduceRight(
        (value, coefficient) => value.map((byte, i) => multiply(byte ^ coefficient[i]!, x)),
        new Uint8Array(secret.length),
      )
      .map((byte, i) => byte ^ secret[i]!),
  }));
}

/** Lagrange interpolation at 0. A wrong or missing share gives a wrong secret: the caller checks it against what is known. */
export function combineShares(shares: readonly Share[]): Uint8Array {
  checkPositions(shares.map(({ x }) => x));
  const secret = new Uint8Array(shares[0]?.value.length ?? 0);
  for (const { x, value } of shares) {
    let factor = 1;
    for (const { x: other } of shares) {
      if (other !== x) factor = multiply(factor, divide(other, other ^ x));
    }
    for (let i = 0; i < secret.length; i++) secret[i]! ^= multiply(value[i]!, factor);
  }
  return secret;
}

function checkPositions(positions: readonly number[]): void {
  const proper = positions.every((x) => Number.isInteger(x) && x >= 1 && x <= 255);
  if (!proper || new Set(positions).size !== positions.length) throw new RangeError('positions must differ, in 1..255');
}

// GF(256) with the polynomial of AES (x^8 + x^4 + x^3 + x + 1), as powers of the generator 3.
const powers = new Uint8Array(510);
const logarithms = new Uint8Array(256);
for (let exponent = 0, power = 1; exponent < 255; exponent++) {
  powers[exponent] = power;
  powers[exponent + 255] = power;
  logarithms[power] = exponent;
  power ^= (power << 1) ^ (power & 0x80 ? 0x11b : 0);
}

const multiply = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : powers[logarithms[a]! + logarithms[b]!]!);

/** `b` is never 0: it is the difference of two positions. */
const divide = (a: number, b: number): number => (a === 0 ? 0 : powers[logarithms[a]! + 255 - logarithms[b]!]!);
