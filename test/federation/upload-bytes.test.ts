/** The bytes of an upload, pinned: whoever makes them faster, and on whatever machine, must reach these. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EncodingTerms } from '../../src-main/federation/encoding.ts';
import type { Submission } from '../../src-main/federation/partner.ts';
import { topOf } from '../../src-main/federation/quantisation.ts';
import { type RingBits, unpack } from '../../src-main/federation/ring.ts';
import { prepareUpload } from '../../src-main/federation/upload.ts';
import { randomFrom } from './consortium.ts';

/** Odd and even lengths, shorter than a block and longer than a part. */
const lengths = [150_001, 7, 1, 24_576, 3, 12_289];

function termsIn(ringBits: RingBits, valueBits: number): EncodingTerms {
  let offset = 0;
  return {
    ringBits,
    tensors: lengths.map((length, i) => {
      offset += length;
      return { offset: offset - length, length, limit: 0.01 * (i + 1) };
    }),
    top: ringBits === 32 ? 2 ** 20 : topOf(valueBits),
    weight: ringBits === 32 ? 1 : 0.37,
    times: ringBits === 32 ? 100 : 1,
    feedback: ringBits !== 32,
  };
}

/** Between -scale and scale, with zeros of both signs, subnormal numbers and the largest ones among them. */
function numbersFrom(seed: string, count: number, scale: number): Float32Array {
  const random = randomFrom(seed)(count * 4);
  const numbers = Float32Array.from(unpack(random, 32), (value) => (value / 2 ** 31) * scale);
  const odd = [0, -0, 1e-45, -1e-45, 3e38, -3e38, 1e-30, scale];
  for (let i = 0; i < count; i += 997) numbers[i] = odd[(i / 997) % odd.length]!;
  return numbers;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function digest(ringBits: RingBits, valueBits: number) {
  const count = lengths.reduce((sum, length) => sum + length, 0);
  const random = randomFrom(`submission ${ringBits}`);
  const submission: Submission = {
    round: 1,
    attempt: 1,
    partner: 'P01',
    terms: termsIn(ringBits, valueBits),
    roundingSeed: random(32),
    masks: ([1, 1, -1, -1, -1, 1] as const).map((sign) => ({ key: random(32), sign, sharedWith: null })),
  };
  const made = prepareUpload(submission, numbersFrom('change', count, 0.1), numbersFrom('left over', count, 0.01));
  const { residual, encoded, masked, clipped, commitment, chunkList } = made;
  return {
    encoded: hashOf(encoded),
    masked: hashOf(masked),
    residual: residual && hashOf(new Uint8Array(residual.buffer)),
    clipped: clipped.join(' '),
    commitment: commitment.slice(0, 16),
    root: chunkList.root.slice(0, 16),
  };
}

describe('an upload', () => {
  it('is these very bytes, in every ring', () => {
    expect([digest(8, 4), digest(12, 8), digest(16, 8), digest(32, 0)]).toMatchInlineSnapshot(`
      [
        {
          "clipped": "109602 5 0 846 0 2",
          "commitment": "938eb144c942f80b",
          "encoded": "59f9ff3d30fa72b1",
          "masked": "2c8d29b3092981dc",
          "residual": "729fc49d0547202d",
          "root": "c19d9e4038371b84",
        },
        {
          "clipped": "109602 5 0 846 0 2",
          "commitment": "fc2de982163f7df5",
          "encoded": "4eb32943df2e60ac",
          "masked": "07fc3cb9bf675478",
          "residual": "751917e1bfc428d8",
          "root": "b56d34b04e7eb10c",
        },
        {
          "clipped": "109602 5 0 846 0 2",
          "commitment": "88922918a53cd5b4",
          "encoded": "f88e49303f86d518",
          "masked": "671e24b153989b68",
          "residual": "0f0612acbb8020df",
          "root": "a25d323d21f8a6b5",
        },
        {
          "clipped": "135119 6 0 14823 2 5001",
          "commitment": "5279e1a99181e233",
          "encoded": "0bb61c7252ee314b",
          "masked": "824d9780f9a110b3",
          "residual": null,
          "root": "b666b9dd2f5d12db",
        },
      ]
    `);
  });
});
