/** Which encoding a file is in, told from all of its bytes. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Confidence, Encoding, ReadingReason } from '../contract/intake.ts';

export type EncodingEvidence = {
  readonly encoding: Encoding;
  readonly confidence: Confidence;
  readonly reason: ReadingReason;
};

const contextBytes = 1 << 16;

/** Bytes in pieces to text; `last` with no more bytes. Bytes that the encoding does not know become U+FFFD. */
export type Decode = (bytes: Uint8Array, last: boolean) => string;

export function decoderOf(encoding: Encoding): Decode {
  if (encoding === 'utf-8') return utf8Decoder();
  const decoder = new TextDecoder(encoding);
  return (bytes, last) => decoder.decode(bytes, { stream: !last });
}

/** Several times as fast as a TextDecoder that streams; ASCII comes as strings of one byte a character. */
function utf8Decoder(): Decode {
  let carried: Uint8Array = new Uint8Array(0);
  return (bytes, last) => {
    const all = carried.length === 0 ? bytes : Buffer.concat([carried, bytes]);
    const end = last ? all.length : all.length - unfinishedBytes(all);
    carried = all.subarray(end);
    const whole = Buffer.from(all.buffer, all.byteOffset, end);
    return whole.toString(isAscii(whole) ? 'latin1' : 'utf8');
  };
}

/** Takes the bytes chunk by chunk; a sample would miss the one name in row 90,000 that is not ASCII. */
export function encodingCollector(): { add: (chunk: Uint8Array) => void; result: () => EncodingEvidence } {
  const utf8 = utf8Evidence();
  const context: Uint8Array[] = [];
  let collected = 0;
  let mark: Encoding | undefined;
  let beyondAscii = 0;
  let zerosAtEven = 0;
  let zerosAtOdd = 0;
  let offset = 0;

  function look(chunk: Uint8Array): void {
    let high = 0;
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i]!;
      if (byte >= 0x80) high += 1;
      else if (byte === 0 && (offset + i) % 2 === 0) zerosAtEven += 1;
      else if (byte === 0) zerosAtOdd += 1;
    }
    beyondAscii += high;
    if (high > 0 && collected < contextBytes) {
      const around = linesBeyondAscii(chunk);
      context.push(around);
      collected += around.length;
    }
    utf8.add(chunk);
  }

  return {
    add(chunk) {
      if (offset === 0) mark = byteOrderMark(chunk);
      const plain = isAscii(chunk) && !chunk.includes(0) && !utf8.insideCharacter();
      if (mark === undefined && !plain) look(chunk);
      offset += chunk.length;
    },
    result() {
      if (mark !== undefined) return sure(mark, { key: 'byte-order-mark', data: { encoding: mark } });
      if (zerosAtOdd + zerosAtEven > offset / 4) {
        const encoding = zerosAtOdd > zerosAtEven ? 'utf-16le' : 'utf-16be';
        return { encoding, confidence: 'middle', reason: { key: 'utf16-zeros', data: {} } };
      }
      const { weight, broken } = utf8.result();
      if (broken === 0 && beyondAscii === 0) return sure('utf-8', { key: 'ascii-only', data: {} });
      if (broken === 0) return sure('utf-8', { key: 'valid-utf8', data: { characters: beyondAscii } });
      if (weight >= 6 * broken) {
        const reason = { key: 'mostly-utf8', data: { characters: beyondAscii, broken } } as const;
        return { encoding: 'utf-8', confidence: 'middle', reason };
      }
      return oneOrTwoBytes(Buffer.concat(context));
    },
  };
}

/**
 * How much of what is beyond ASCII reads as UTF-8: a character of three bytes weighs three, since it hardly comes about by
 * chance, and every byte that is no part of a character is a broken one.
 */
function utf8Evidence(): {
  readonly add: (chunk: Uint8Array) => void;
  /** Whether the last chunk ended within a character. */
  readonly insideCharacter: () => boolean;
  readonly result: () => { readonly weight: number; readonly broken: number };
} {
  let carried: Uint8Array = new Uint8Array(0);
  let weight = 0;
  let broken = 0;
  return {
    insideCharacter: () => carried.length > 0,
    add(chunk) {
      const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
      const end = bytes.length - unfinishedBytes(bytes);
      carried = bytes.subarray(end);
      const whole = bytes.subarray(0, end);
      if (isUtf8(whole)) {
        for (const byte of whole) if (byte >= 0x80) weight += 1;
        return;
      }
      for (let at = 0; at < whole.length; ) {
        const length = characterLength(whole, at);
        if (length > 1) weight += length === 2 ? 1 : length;
        if (length === 0) broken += 1;
        at += Math.max(1, length);
      }
    },
    result: () => ({ weight, broken: broken + carried.length }),
  };
}

/** Bytes of the character that begins here; 0 where none does. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  for (let i = 1; i < length; i += 1) {
    const byte = bytes[at + i] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

/** Of a character that is cut off at the end. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc2) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/** Bytes that are no UTF-8: Japanese in two-byte runs, or Western letters one by one. */
export function oneOrTwoBytes(bytes: Uint8Array): EncodingEvidence {
  const western = lettersAmongAscii(bytes);
  const euc = eucPairs(bytes);
  if (euc !== undefined && euc.beyondHalfWidth > 0 && western.letters * 4 < euc.pairs) {
    return {
      encoding: 'euc-jp',
      confidence: 'high',
      reason: { key: 'japanese-bytes', data: { characters: euc.pairs } },
    };
  }
  let pairs = 0;
  let common = 0;
  let lone = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte < 0x80) continue;
    const next = bytes[i + 1] ?? 0;
    const leads = (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
    const follows = (next >= 0x40 && next <= 0x7e) || (next >= 0x80 && next <= 0xfc);
    if (leads && follows) {
      pairs += 1;
      if (commonLead(byte)) common += 1;
      i += 1;
    } else if (byte >= 0xa1 && byte <= 0xdf && next >= 0xa1 && next <= 0xdf) {
      common += 1; // half-width kana come in words
      pairs += 1;
      i += 1;
    } else {
      lone += 1;
    }
  }
  if (pairs > 0 && common >= 0.8 * (pairs + lone) && western.letters * 2 < pairs) {
    return {
      encoding: 'shift_jis',
      confidence: lone === 0 ? 'high' : 'middle',
      reason: { key: 'japanese-bytes', data: { characters: common } },
    };
  }
  return {
    encoding: western.ofMacintosh * 2 > western.letters ? 'macintosh' : 'windows-1252',
    confidence: 'middle',
    reason: { key: 'western-bytes', data: { characters: pairs * 2 + lone } },
  };
}

/**
 * First bytes that Japanese text has much of: 0x81-0x83 punctuation, full-width forms and kana; 0x88-0x97 the kanji of daily
 * use (JIS level 1); the others are the extensions of Windows (circled numbers, Ⅱ, ㎎, 髙).
 */
const commonLead = (byte: number): boolean =>
  byte <= 0x83 || (byte >= 0x87 && byte <= 0x97) || byte === 0xed || byte === 0xee || byte >= 0xfa;

/** High bytes that stand alone between ASCII letters; how many of them are letters only on an old Macintosh. */
function lettersAmongAscii(bytes: Uint8Array): { readonly letters: number; readonly ofMacintosh: number } {
  const isLetter = (byte: number) => byte >= 0x61 && byte <= 0x7a;
  let letters = 0;
  let ofMacintosh = 0;
  for (let i = 1; i + 1 < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte < 0x80 || !isLetter(bytes[i - 1]! | 0x20) || !isLetter(bytes[i + 1]!)) continue;
    letters += 1;
    // Windows has quotation marks and dashes at 0x91-0x97 and three dots at 0x85; its own letters there are rare.
    if (byte <= 0x9f && byte !== 0x85 && !(byte >= 0x91 && byte <= 0x97 && byte !== 0x95)) ofMacintosh += 1;
  }
  return { letters, ofMacintosh };
}

/** Characters of EUC-JP, when the bytes are nothing else; `beyondHalfWidth` bytes cannot be half-width kana of Shift_JIS. */
function eucPairs(bytes: Uint8Array): { readonly pairs: number; readonly beyondHalfWidth: number } | undefined {
  const inPair = (byte: number | undefined) => byte !== undefined && byte >= 0xa1 && byte <= 0xfe;
  let pairs = 0;
  let beyondHalfWidth = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i]!;
    if (byte < 0x80) continue;
    const width = byte === 0x8f ? 3 : 2;
    const leads = inPair(byte) || byte === 0x8e || byte === 0x8f;
    if (!leads || !inPair(bytes[i + 1]) || (width === 3 && !inPair(bytes[i + 2]))) return undefined;
    if (byte > 0xdf || bytes[i + 1]! > 0xdf) beyondHalfWidth += 1;
    pairs += 1;
    i += width - 1;
  }
  return pairs === 0 ? undefined : { pairs, beyondHalfWidth };
}

const sure = (encoding: Encoding, reason: ReadingReason): EncodingEvidence => ({
  encoding,
  confidence: 'high',
  reason,
});

function byteOrderMark(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** One-byte and two-byte encodings differ in what stands beside a high byte, so only such lines matter. */
function linesBeyondAscii(chunk: Uint8Array): Uint8Array {
  const lines: Uint8Array[] = [];
  let bytes = 0;
  let start = 0;
  for (let i = 0; i <= chunk.length && bytes < contextBytes; i += 1) {
    if (i < chunk.length && chunk[i] !== 10) continue;
    const line = chunk.subarray(start, i + 1);
    if (line.some((byte) => byte >= 0x80)) {
      lines.push(line);
      bytes += line.length;
    }
    start = i + 1;
  }
  return Buffer.concat(lines);
}
