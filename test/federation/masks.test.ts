import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMasks, keyPair, maskStream, pairMask, selfMask } from '../../src-main/federation/masks.ts';
import { randomFrom } from './consortium.ts';

const place = { planHash: 'a'.repeat(64), round: 3, attempt: 1 };

describe('masks', () => {
  it('are the keystream of AES-256-CTR from a zero counter', () => {
    const key = randomFrom('key')(32);
    const numbers = new Int32Array(100_003);
    addMasks(numbers, [{ key, sign: 1 }]);
    const expected = createCipheriv('aes-256-ctr', key, new Uint8Array(16)).update(new Uint8Array(numbers.byteLength));
    expect(Buffer.compare(expected, new Uint8Array(numbers.buffer))).toBe(0);
  });

  it('agree between two partners, with opposite signs, by the known answer of X25519 (RFC 7748, 6.1)', () => {
    const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
    const alice = hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
    const bob = hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    expect(Buffer.from(keyPair(alice).publicKey).toString('hex')).toBe(
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    );
    const ofAlice = pairMask(place, 1, 2, alice, keyPair(bob).publicKey);
    const ofBob = pairMask(place, 2, 1, bob, keyPair(alice).publicKey);
    expect(ofAlice.key).toEqual(ofBob.key);
    expect([ofAlice.sign, ofBob.sign]).toEqual([1, -1]);
  });

  it('cancel in the sum of all partners, whatever they masked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 7 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer(),
        (partners, length, seed) => {
          const random = randomFrom(`masks ${seed}`);
          const keys = Array.from({ length: partners }, () => keyPair(random(32)));
          const seeds = Array.from({ length: partners }, () => random(32));
          const clear = new Int32Array(length);
          const sum = new Int32Array(length);
          for (let i = 0; i < partners; i++) {
            const encoded = new Int32Array(random(length * 4).buffer, 0, length);
            const masked = encoded.slice();
            addMasks(masked, [
              selfMask(place, i, seeds[i]!),
              ...keys.flatMap(({ publicKey }, j) =>
                j === i ? [] : [pairMask(place, i, j, keys[i]!.secretKey, publicKey)],
              ),
            ]);
            for (let k = 0; k < length; k++) {
              clear[k] = (clear[k]! + encoded[k]!) | 0;
              sum[k] = (sum[k]! + masked[k]!) | 0;
            }
          }
          addMasks(
            sum,
            seeds.map((own, i) => ({ ...selfMask(place, i, own), sign: -1 })),
          );
          expect(sum).toEqual(clear);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are the same in one piece and chunk by chunk', () => {
    const masks = [selfMask(place, 1, randomFrom('a')(32)), { key: randomFrom('b')(32), sign: -1 as const }];
    const whole = new Int32Array(70_001);
    addMasks(whole, masks);
    const parts = new Int32Array(70_001);
    const stream = maskStream(masks);
    for (let from = 0; from < parts.length; from += 4096) stream.addTo(parts.subarray(from, from + 4096));
    expect(parts).toEqual(whole);
  });

  it('differ in every plan, round, attempt and pair', () => {
    const secret = randomFrom('secret')(32);
    const { publicKey } = keyPair(randomFrom('other')(32));
    const key = (change: Partial<typeof place>, own = 1, other = 2) =>
      Buffer.from(pairMask({ ...place, ...change }, own, other, secret, publicKey).key).toString('hex');
    const keys = [key({}), key({ planHash: 'b'.repeat(64) }), key({ round: 4 }), key({ attempt: 2 }), key({}, 1, 3)];
    expect(new Set(keys).size).toBe(5);
  });

  it('refuse a public key that gives one secret with everyone', () => {
    expect(() => pairMask(place, 1, 2, randomFrom('secret')(32), new Uint8Array(32))).toThrow();
  });
});
