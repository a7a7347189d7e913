import { describe, expect, it } from 'vitest';
import { hexLines, lineBytes, soughtBytes, windowBytes, windowOf } from '../../src-renderer/pages/review/hex.ts';

const bytes = Uint8Array.from({ length: 40 }, (_, index) => index * 5);

describe('the bytes of a package', () => {
  const window = {
    offset: 4096,
    total: 9000,
    masked: Buffer.from(bytes).toString('base64'),
    encoded: [10, -20, 30, -40, 50, -60, 70, -80, 90, -100],
    bytesPerNumber: 4,
    tensors: [],
  };

  it('come in lines that lose and repeat nothing, each beside the numbers that it masks', () => {
    const lines = hexLines(window, 16);
    expect(lines.map(({ offset }) => offset)).toEqual([4096, 4112, 4128]);
    expect(lines.flatMap((line) => line.bytes).map((text) => Number.parseInt(text, 16))).toEqual([...bytes]);
    expect(lines[1]!.encoded).toEqual([50, -60, 70, -80]);
    expect(lines.flatMap((line) => line.encoded)).toEqual(window.encoded);
  });

  it.each([
    { bytesPerNumber: 4, wide: 16, narrow: 8 },
    { bytesPerNumber: 2, wide: 16, narrow: 8 },
    { bytesPerNumber: 1.5, wide: 12, narrow: 6 },
    { bytesPerNumber: 1, wide: 8, narrow: 8 },
  ])('of numbers of $bytesPerNumber bytes are cut between numbers', ({ bytesPerNumber, wide, narrow }) => {
    expect(lineBytes(bytesPerNumber, 16)).toBe(wide);
    expect(lineBytes(bytesPerNumber, 8)).toBe(narrow);
    expect(windowBytes % wide).toBe(0);
    expect(windowBytes % narrow).toBe(0);
  });

  it('are shown from the start of the window that holds the byte asked for, inside the package', () => {
    expect(windowOf(0, 9000)).toBe(0);
    expect(windowOf(windowBytes - 1, 9000)).toBe(0);
    expect(windowOf(windowBytes, 9000)).toBe(windowBytes);
    expect(windowOf(1e9, 9000)).toBe(2 * windowBytes);
    expect(windowOf(-5, 9000)).toBe(0);
  });
});

describe('what a person looks for among bytes', () => {
  const hex = (text: string) => [...soughtBytes(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  it.each(['0x4f2a91', '0x4f 2a 91', '4F 2A 91', ' 4f 2a 91 '])('is bytes in hexadecimal: %s', (text) => {
    expect(hex(text)).toBe('4f2a91');
  });

  it.each(['CIT-004711', 'cafe', '0x4f2', 'c1ccccc1', 'アスピリン'])('is a text otherwise: %s', (text) => {
    expect(new TextDecoder().decode(soughtBytes(text))).toBe(text);
  });
});
