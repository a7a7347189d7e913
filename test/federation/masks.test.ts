import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMasks, keyPair, maskStream, masksAhead, pairMask, selfMask } from '../../src-main/federation/masks.ts';
import { addPacked, packedBytes, ringWidths } from '../../src-main/federation/ring.ts';
import { randomFrom } from './consortium.ts';

const place = { planHash: 'a'.repeat(64), round: 3, attempt: 1 };

describe('masks', () => {
  it('are the keystream of AES-256-CTR from a zero counter', () => {
    const key = randomFrom('key')(32);
    for (const ringBits of ringWidths) {
      const packed = new Uint8Array(packedBytes(100_003, ringBits));
      addMasks(packed, [{ key, sign: 1 }], ringBits);
      const expected = createCipheriv('aes-256-ctr', key, new Uint8Array(16)).update(new Uint8Array(packed.length));
      expect(Buffer.compare(expected, packed)).toBe(0);
    }
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
        fc.constantFrom(...ringWidths),
        (partners, length, seed, ringBits) => {
          const random = randomFrom(`masks ${seed}`);
          const keys = Array.from({ length: partners }, () => keyPair(random(32)));
          const seeds = Array.from({ length: partners }, () => random(32));
          const clear = new Uint8Array(packedBytes(length, ringBits));
          const sum = new Uint8Array(clear.length);
          for (let i = 0; i < partners; i++) {
            const encoded = new Uint8Array(random(clear.length));
            const masked = encoded.slice();
            const pairs = keys.flatMap(({ publicKey }, j) =>
              j === i ? [] : [pairMask(place, i, j, keys[i]!.secretKey, publicKey)],
            );
            addMasks(masked, [selfMask(place, i, seeds[i]!), ...pairs], ringBits);
            addPacked(clear, encoded, ringBits);
            addPacked(sum, masked, ringBits);
          }
          addMasks(
            sum,
            seeds.map((own, i) => ({ ...selfMask(place, i, own), sign: -1 })),
            ringBits,
          );
          expect(sum).toEqual(clear);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are the same in one piece and chunk by chunk', () => {
    const masks = [selfMask(place, 1, randomFrom('a')(32)), { key: randomFrom('b')(32), sign: -1 as const }];
    for (const ringBits of ringWidths) {
      const whole = new Uint8Array(packedBytes(600_001, ringBits));
      addMasks(whole, masks, ringBits);
      const parts = new Uint8Array(whole.length);
      const stream = maskStream(masks, ringBits);
      for (let from = 0; from < parts.length; from += 4800) stream.addTo(parts.subarray(from, from + 4800));
      expect(Buffer.compare(parts, whole)).toBe(0);
    }
  });

  it('are the same made ahead, whole or in part, and made with the upload', () => {
    const masks = [selfMask(place, 1, randomFrom('a')(32)), { key: randomFrom('b')(32), sign: -1 as const }];
    for (const ringBits of ringWidths) {
      const whole = new Uint8Array(packedBytes(100_001, ringBits));
      addMasks(whole, masks, ringBits);
      for (const ahead of [0, 4800, 48_000, whole.length]) {
        const made = masksAhead(masks, ringBits, whole.length);
        expect(made.make(ahead)).toBe(ahead < whole.length);
        const parts = new Uint8Array(whole.length);
        for (let from = 0; from < parts.length; from += 9600) made.addTo(parts.subarray(from, from + 9600));
        expect(Buffer.compare(parts, whole)).toBe(0);
      }
    }
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
