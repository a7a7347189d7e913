/** The one encoding of everything that is signed or hashed: equal values give equal bytes, on every machine. */
import { createHash } from 'node:crypto';

/** What can be encoded. Byte strings become base64url text, which is what they are after decoding. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Canonical[]
  | { readonly [name: string]: Canonical };

/** A decoded value: as `Canonical`, without byte strings. */
export type Decoded = null | boolean | number | string | readonly Decoded[] | { readonly [name: string]: Decoded };

/**
 * Canonical JSON after RFC 8785: UTF-8, no white space, names in the order of their UTF-16 code units, numbers as
 * ECMAScript prints them.
 * @throws TypeError for what has no such form: numbers that are not finite, lone surrogates, other kinds of values
 */
export const encodeCanonical = (value: Canonical): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(canonicalText(value));

/** @throws TypeError when the bytes are not the canonical encoding of a value, even if they are valid JSON */
export function decodeCanonical(bytes: Uint8Array): Decoded {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text) as Decoded;
    if (canonicalText(value) === text) return value;
  } catch (error) {
    throw new TypeError('not in canonical encoding', { cause: error });
  }
  throw new TypeError('not in canonical encoding');
}

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** SHA-256 (hex) of the canonical encoding under a heading, so that no two kinds of documents share a hash. */
export const canonicalHash = (heading: string, value: Canonical): string =>
  toHex(sha256(`chorale ${heading} 1\n`, encodeCanonical(value)));

export const toHex = (bytes: Uint8Array): string => view(bytes).toString('hex');
export const toBase64url = (bytes: Uint8Array): string => view(bytes).toString('base64url');

/** The caller has checked the text, as the schemas of messages do. */
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function canonicalText(value: Canonical): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number without a canonical form');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a text without a canonical form');
    return JSON.stringify(value);
  }
  if (value instanceof Uint8Array) return JSON.stringify(toBase64url(value));
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError('a value without a canonical form');
  const fields = value as { readonly [name: string]: Canonical };
  const names = Object.keys(fields).sort();
  return `{${names.map((name) => `${canonicalText(name)}:${canonicalText(fields[name]!)}`).join(',')}}`;
}
