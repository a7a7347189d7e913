/** Bytes as people read them: in short lines of hexadecimal, with the numbers they were before the mask. */
import type { PackageBytes } from '../../../src-main/contract/release.ts';

/** One window: as many bytes as a reader scrolls through. A multiple of 48, so that no number is cut. */
export const windowBytes = 4080;

/** Bytes of a line of at most so many, and at most eight numbers; two 12-bit numbers share three bytes. */
export function lineBytes(bytesPerNumber: number, most: number): number {
  const pair = 2 * bytesPerNumber;
  return Math.floor(Math.min(most, 8 * bytesPerNumber) / pair) * pair;
}

export type HexLine = {
  /** Of the first byte of the line, in the package. */
  readonly offset: number;
  readonly bytes: readonly string[];
  readonly encoded: readonly number[];
};

/** @param bytesPerLine `lineBytes` */
export function hexLines(
  { offset, masked, encoded, bytesPerNumber }: PackageBytes,
  bytesPerLine: number,
): readonly HexLine[] {
  const bytes = Uint8Array.from(atob(masked), (character) => character.charCodeAt(0));
  const numbersPerLine = bytesPerLine / bytesPerNumber;
  return Array.from({ length: Math.ceil(bytes.length / bytesPerLine) }, (_, line) => ({
    offset: offset + line * bytesPerLine,
    bytes: [...bytes.subarray(line * bytesPerLine, (line + 1) * bytesPerLine)].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    ),
    encoded: encoded.slice(line * numbersPerLine, (line + 1) * numbersPerLine),
  }));
}

/** Bytes that a person looks for: hexadecimal behind `0x`, or pairs of digits with spaces between them; else the text in UTF-8. */
export function soughtBytes(text: string): Uint8Array {
  const trimmed = text.trim();
  const digits = trimmed.replace(/^0x/i, '').replaceAll(/\s/g, '');
  const isHex = /^(0x[\s0-9a-f]+|[0-9a-f]{2}(\s+[0-9a-f]{2})+)$/i.test(trimmed) && digits.length % 2 === 0;
  return isHex
    ? Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : new TextEncoder().encode(trimmed);
}

/** The start of the window that holds a byte. */
export const windowOf = (byte: number, total: number): number =>
  Math.floor(Math.min(Math.max(0, byte), Math.max(0, total - 1)) / windowBytes) * windowBytes;
