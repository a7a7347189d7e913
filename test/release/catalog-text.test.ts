import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inMemory, searchCatalogTexts, shortestInBytes } from '../../src-main/release/catalog-text.ts';
import { byteCounter, chiSquareLimit } from '../../src-main/release/uniformity.ts';

const listOf = (texts: readonly string[]) => ({ atMost: texts.length, each: () => texts });
const noise = new Uint8Array(randomBytes(1 << 16));

describe('the search for the texts of the workspace', () => {
  it('finds every text of eight bytes or more wherever it stands in the bytes, and nothing where none does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: shortestInBytes, maxLength: 40 }), { minLength: 1 }),
        fc.nat(),
        (texts, place) => {
          expect(searchCatalogTexts(listOf(texts), inMemory(noise), []).inPayload).toBe(0);
          const hidden = texts[place % texts.length]!;
          const bytes = Uint8Array.from(noise);
          const written = Buffer.from(hidden);
          bytes.set(written, place % (bytes.length - written.length + 1));
          expect(searchCatalogTexts(listOf(texts), inMemory(bytes), []).inPayload).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts each place, also where texts overlap', () => {
    const bytes = Buffer.from('..CIT-0047CIT-00471..');
    expect(searchCatalogTexts(listOf(['CIT-0047', 'CIT-00471']), inMemory(bytes), []).inPayload).toBe(3);
  });

  it('looks for shorter texts only as whole words of the document, since random bytes hold them by chance', () => {
    const bytes = Buffer.from('A-12 and A-123');
    const found = searchCatalogTexts(listOf(['A-12', 'A-1', 'CIT-004711']), inMemory(bytes), [
      'about A-12, not A-123',
      'CIT-004711',
    ]);
    expect(found).toEqual({ texts: 1, shortTexts: 1, inPayload: 0, inDocument: 2, inMessages: 0 });
  });
});

describe('the messages of the round', () => {
  it('are searched byte for byte, and not across two of them', () => {
    const messages = ['{"body":"CIT-0047', '11 and CIT-000815"}'].map((text) => new TextEncoder().encode(text));
    const found = searchCatalogTexts(listOf(['CIT-004711', 'CIT-000815']), inMemory(noise), [], messages);
    expect(found).toMatchObject({ inPayload: 0, inDocument: 0, inMessages: 1 });
  });
});

describe('the distribution of bytes', () => {
  const chiSquareOf = (bytes: Uint8Array) => {
    const counter = byteCounter(32);
    for (let from = 0; from < bytes.length; from += 4000) counter.add(bytes.subarray(from, from + 4000));
    return counter.chiSquare();
  };

  it('tells random bytes from small integers, whatever the length', () => {
    for (const numbers of [64, 1000, 16_384]) {
      const masked = new Uint8Array(randomBytes(4 * numbers));
      expect(chiSquareOf(masked)).toBeLessThan(chiSquareLimit(32));
      const clear = new Uint8Array(
        Int32Array.from({ length: numbers }, (_, i) => ((i * 7919) % 2 ** 21) - 2 ** 20).buffer,
      );
      expect(chiSquareOf(clear)).toBeGreaterThan(chiSquareLimit(32));
    }
  });

  it('has the limit of the tables: once in 10^9 for 255 degrees of freedom lies near 412', () => {
    expect(chiSquareLimit(8)).toBeGreaterThan(405);
    expect(chiSquareLimit(8)).toBeLessThan(420);
  });
});
