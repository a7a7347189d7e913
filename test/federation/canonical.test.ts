import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalHash, decodeCanonical, encodeCanonical } from '../../src-main/federation/canonical.ts';

const text = (value: Parameters<typeof encodeCanonical>[0]) => new TextDecoder().decode(encodeCanonical(value));
const values = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));

describe('canonical encoding', () => {
  it('gives the bytes that RFC 8785 gives', () => {
    const numbers = [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27];
    expect(text({ numbers, string: '€$\u000f\nA\'B"\\\\"/', literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const fields = Object.fromEntries(names.map((name) => [name, 1]));
    expect(text(fields)).toBe(`{${sorted.map((name) => `${JSON.stringify(name)}:1`).join(',')}}`);
  });

  it('writes byte strings as base64url without padding, and 0 for -0', () => {
    expect(text({ key: Uint8Array.of(251, 255), zero: -0 })).toBe('{"key":"-_8","zero":0}');
  });

  it('does not depend on the order in which fields were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        expect(encodeCanonical(reversed)).toEqual(encodeCanonical(fields));
      }),
    );
  });

  it('decodes to what was encoded, and takes nothing else', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeCanonical(encodeCanonical(value))).toEqual(value);
      }),
    );
    for (const other of [
      '{"a": 1}',
      '{"b":1,"a":2}',
      '{"a":1,"a":1}',
      '1.0',
      '"\\u0041"',
      '[1]\n',
      '\ufeff1',
      '',
      'x',
    ]) {
      expect(() => decodeCanonical(new TextEncoder().encode(other))).toThrow(TypeError);
    }
    expect(() => decodeCanonical(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(TypeError);
  });

  it('refuses what has no one form', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }]) {
      expect(() => encodeCanonical(value)).toThrow(TypeError);
    }
  });

  it('gives different hashes to one value under two headings', () => {
    expect(canonicalHash('plan', {})).not.toBe(canonicalHash('roster', {}));
  });
});
