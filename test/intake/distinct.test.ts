import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberedTexts, seenTexts } from '../../src-main/intake/distinct.ts';
import { keptNumbers } from '../../src-main/intake/kept-numbers.ts';

describe('texts that are remembered by their hashes', () => {
  it.each([64, 96] as const)('are numbered in the order in which they first came (%i bits)', (bits) => {
    const parts = fc.array(fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 3 }), { maxLength: 500 });
    fc.assert(
      fc.property(parts, (all) => {
        const texts = numberedTexts(bits);
        const known = new Map<string, number>();
        for (const one of all) {
          const key = JSON.stringify(one);
          const isNew = !known.has(key);
          if (isNew) known.set(key, known.size);
          expect(texts.number(one)).toBe(known.get(key));
          expect(texts.wasNew()).toBe(isNew);
        }
        expect(texts.size()).toBe(known.size);
      }),
    );
  });

  it('keep their numbers and lines while a hundred thousand others come', () => {
    const texts = numberedTexts();
    const seen = seenTexts();
    for (let at = 0; at < 100_000; at += 1) {
      expect(texts.number(['id', String(at)])).toBe(at);
      expect(seen.add([String(at), ''], at + 2)).toBeUndefined();
    }
    for (let at = 0; at < 100_000; at += 997) {
      expect(texts.number(['id', String(at)])).toBe(at);
      expect(seen.add([String(at), ''], 1)).toBe(at + 2);
      expect(seen.add(['', String(at)], at + 2)).toBeUndefined();
    }
  });

  it('stay counted when the memory is given back', () => {
    const texts = numberedTexts();
    texts.number(['a']);
    texts.number(['b']);
    texts.letGo();
    expect(texts.size()).toBe(2);
  });
});

describe('numbers by their place', () => {
  it('are what was set last, through all pieces', () => {
    const numbers = keptNumbers((length) => new Float64Array(length));
    for (let at = 0; at < 200_000; at += 1) numbers.set(at, at / 3);
    for (let at = 0; at < 200_000; at += 7) numbers.set(at, -at);
    for (let at = 0; at < 200_000; at += 1) {
      if (numbers.get(at) !== (at % 7 === 0 ? -at : at / 3)) throw new Error(`place ${at}`);
    }
  });
});
