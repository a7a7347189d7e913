import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineShares, splitSecret } from '../../src-main/federation/shamir.ts';
import { randomFrom } from './consortium.ts';

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('shares of a secret', () => {
  it('follow the field of AES: 0x53 and 0xca are inverse to each other', () => {
    // The line through the secret 0 with slope 0x53, at position 0xca, has the value 0x53 * 0xca = 1.
    const [share] = splitSecret(Uint8Array.of(0), 2, [0xca, 1], () => Uint8Array.of(0x53));
    expect(share).toEqual({ x: 0xca, value: Uint8Array.of(1) });
  });

  it('give it back from any t of n, in any order, for 3 to 50 partners', () => {
    fc.assert(
      fc.property(secrets, fc.integer({ min: 3, max: 50 }), fc.integer(), (secret, partners, seed) => {
        const threshold = Math.floor((2 * partners) / 3) + 1;
        const positions = Array.from({ length: partners }, (_, i) => i + 1);
        const shares = splitSecret(secret, threshold, positions, randomFrom(`shares ${seed}`));
        const chosen = shares
          .map((share, i) => ({ share, order: (i * 7919 + seed) % 101 }))
          .sort((a, b) => a.order - b.order)
          .slice(0, threshold)
          .map(({ share }) => share);
        expect(combineShares(chosen)).toEqual(secret);
      }),
      { numRuns: 60 },
    );
  });

  it('say nothing below t: every secret fits t - 1 of them', () => {
    // With t = 2, one share (x, y) fits the secret s for the slope (y - s) / x: count the secrets that give this share.
    const fitting = new Set<number>();
    for (let secret = 0; secret < 256; secret++) {
      for (let slope = 0; slope < 256; slope++) {
        const [share] = splitSecret(Uint8Array.of(secret), 2, [9, 10], () => Uint8Array.of(slope));
        if (share!.value[0] === 77) fitting.add(secret);
      }
    }
    expect(fitting.size).toBe(256);
  });

  it('do not give it back when one of them was changed', () => {
    fc.assert(
      fc.property(secrets, fc.integer({ min: 1, max: 255 }), (secret, change) => {
        const shares = splitSecret(secret, 3, [1, 2, 3], randomFrom('changed'));
        const value = shares[1]!.value.slice();
        value[5]! ^= change;
        expect(combineShares([shares[0]!, { x: 2, value }, shares[2]!])).not.toEqual(secret);
      }),
    );
  });

  it('need distinct positions within 1..255 and a threshold within 1..n', () => {
    const split = (threshold: number, positions: number[]) =>
      splitSecret(new Uint8Array(1), threshold, positions, randomFrom('x'));
    expect(() => split(2, [1, 1])).toThrow(RangeError);
    expect(() => split(1, [0])).toThrow(RangeError);
    expect(() => split(1, [256])).toThrow(RangeError);
    expect(() => split(3, [1, 2])).toThrow(RangeError);
  });
});
