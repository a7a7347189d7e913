/** Which encoding a file is in, told from all of its bytes. */
import type { Confidence, Encoding, ReadingReason } from '../contract/intake.ts';

export type EncodingEvidence = {
  readonly encoding: Encoding;
  readonly confidence: Confidence;
  readonly reason: ReadingReason;
};

const contextBytes = 1 << 16;

/** Takes the bytes chunk by chunk; a sample would miss the one name in row 90,000 that is not ASCII. */
export function encodingCollector(): { add: (chunk: Uint8Array) => void; result: () => EncodingEvidence } {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const context: Uint8Array[] = [];
  let collected = 0;
  let mark: Encoding | undefined;
  let validUtf8 = true;
  let beyondAscii = 0;
  let zerosAtEven = 0;
  let zerosAtOdd = 0;
  let offset = 0;

  return {
    add(chunk) {
      if (offset === 0) mark = byteOrderMark(chunk);
      if (mark === undefined) {
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
        if (validUtf8) validUtf8 = decodes(strict, chunk);
      }
      offset += chunk.length;
    },
    result() {
      if (mark !== undefined) return sure(mark, { key: 'byte-order-mark', data: { encoding: mark } });
      if (zerosAtOdd + zerosAtEven > offset / 4) {
        const encoding = zerosAtOdd > zerosAtEven ? 'utf-16le' : 'utf-16be';
        return { encoding, confidence: 'middle', reason: { key: 'utf16-zeros', data: {} } };
      }
      if (validUtf8) validUtf8 = decodes(strict);
      if (validUtf8 && beyondAscii === 0) return sure('utf-8', { key: 'ascii-only', data: {} });
      if (validUtf8) return sure('utf-8', { key: 'valid-utf8', data: { characters: beyondAscii } });
      return oneOrTwoBytes(Buffer.concat(context));
    },
  };
}

/** Bytes that are no UTF-8: Japanese in two-byte runs, or Western letters one by one. */
export function oneOrTwoBytes(bytes: Uint8Array): EncodingEvidence {
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
      // 0x81-0x83: punctuation, full-width forms and kana; 0x88-0x97: the kanji of daily use (JIS level 1).
      if (byte <= 0x83 || (byte >= 0x88 && byte <= 0x97)) common += 1;
      i += 1;
    } else if (byte >= 0xa1 && byte <= 0xdf && next >= 0xa1 && next <= 0xdf) {
      common += 1; // half-width kana come in words
      pairs += 1;
      i += 1;
    } else {
      lone += 1;
    }
  }
  if (pairs > 0 && common >= 0.8 * (pairs + lone)) {
    return {
      encoding: 'shift_jis',
      confidence: lone === 0 ? 'high' : 'middle',
      reason: { key: 'japanese-bytes', data: { characters: common } },
    };
  }
  return {
    encoding: 'windows-1252',
    confidence: 'middle',
    reason: { key: 'western-bytes', data: { characters: pairs * 2 + lone } },
  };
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

/** Without a chunk: whether the text is complete. */
function decodes(decoder: TextDecoder, chunk?: Uint8Array): boolean {
  try {
    if (chunk === undefined) decoder.decode();
    else decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
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
