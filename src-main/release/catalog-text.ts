/** Looks for the workspace's own texts (compound ids, assay codes, structures, file names) in what is to leave. */

/** Shorter texts turn up in random bytes by chance: eight bytes of 20,000 texts do so once in 10^7 packages. */
export const shortestInBytes = 8;
/** Shorter ones are words and numbers of any document. */
export const shortestAsWord = 4;

export type TextSearch = {
  /** Different texts looked for in the bytes, and those only looked for as whole words of the document. */
  readonly texts: number;
  readonly shortTexts: number;
  readonly inPayload: number;
  readonly inDocument: number;
  /** In what this partner has said in the round, byte for byte as it was posted. */
  readonly inMessages: number;
};

export type TextList = {
  readonly atMost: number;
  /** Called twice, so that a million texts need not be kept in memory. */
  readonly each: () => Iterable<string>;
};

/** Bytes that need not lie in memory; beyond the end there are none. */
export type SearchedBytes = {
  readonly bytes: number;
  readonly read: (from: number, to: number) => Uint8Array;
};

export const inMemory = (bytes: Uint8Array): SearchedBytes => ({
  bytes: bytes.length,
  read: (from, to) => bytes.subarray(from, to),
});

/**
 * @param document the strings of the manifest; its hashes left out
 * @param messages of the protocol, signed: they are keys, shares and hashes, so whole words are not looked for
 */
export function searchCatalogTexts(
  texts: TextList,
  payload: SearchedBytes,
  document: readonly string[],
  messages: readonly Uint8Array[] = [],
): TextSearch {
  const sources = [
    payload,
    inMemory(encoder.encode(document.join('\n'))),
    inMemory(Buffer.concat(messages.flatMap((message) => [message, lineEnd]))),
  ] as const;
  const words = new Set(document.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}_-]+/u)]));
  const filter = emptyFilter(texts.atMost);
  let long = 0;
  let short = 0;
  let asWords = 0;
  for (const text of texts.each()) {
    const bytes = encoder.encode(text);
    if (bytes.length >= shortestInBytes) {
      long++;
      addToFilter(filter, bytes);
    } else if (text.length >= shortestAsWord) {
      short++;
      if (words.has(text)) asWords++;
    }
  }

  const places = sources.map((source) => placesUnder(filter, source));
  const found = sources.map(() => 0);
  for (const text of places.some(({ size }) => size > 0) ? texts.each() : []) {
    const bytes = encoder.encode(text);
    if (bytes.length < shortestInBytes) continue;
    const key = keyAt(filter, bytes, 0);
    sources.forEach((source, index) => {
      const hits = places[index]?.get(key)?.filter((place) => standsAt(source, place, bytes)) ?? [];
      found[index] = (found[index] ?? 0) + hits.length;
    });
  }
  const [inPayload = 0, inDocument = 0, inMessages = 0] = found;
  return { texts: long, shortTexts: short, inPayload, inDocument: inDocument + asWords, inMessages };
}

const encoder = new TextEncoder();
const lineEnd = encoder.encode('\n');

/**
 * What tells in passing that no text starts at a place: the bytes that texts start with, and one bit for each value of
 * a hash of eight of them.
 */
type Filter = { readonly alphabet: Uint8Array; readonly words: Uint32Array; readonly shift: number };

/** 64 bits a text keep false places at about one in 64; 2^22 bits at least, 2^28 at most. */
function emptyFilter(texts: number): Filter {
  const bits = Math.min(28, Math.max(22, Math.ceil(Math.log2(texts * 64 + 1))));
  return { alphabet: new Uint8Array(256), words: new Uint32Array(2 ** (bits - 5)), shift: 32 - bits };
}

function addToFilter(filter: Filter, text: Uint8Array): void {
  for (let at = 0; at < shortestInBytes; at++) filter.alphabet[text[at]!] = 1;
  const key = keyAt(filter, text, 0);
  filter.words[key >>> 5]! |= 1 << (key & 31);
}

/** Hash of the eight bytes from `at` on. */
function keyAt({ shift }: Filter, bytes: Uint8Array, at: number): number {
  const high = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  const low = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
  return Math.imul(high ^ Math.imul(low ^ (low >>> 15), 0x9e3779b1), 0x85ebca6b) >>> shift;
}

/** Every place of `source` where a text may start, by its key. */
function placesUnder(filter: Filter, source: SearchedBytes): Map<number, number[]> {
  const { alphabet, words } = filter;
  const places = new Map<number, number[]>();
  for (let from = 0; from < source.bytes; from += blockBytes) {
    // A text that starts in this block may end in the next.
    const block = source.read(from, from + blockBytes + shortestInBytes - 1);
    let run = 0;
    for (let at = 0; at < block.length; at++) {
      run = alphabet[block[at]!] === 1 ? run + 1 : 0;
      if (run < shortestInBytes) continue;
      const start = at - shortestInBytes + 1;
      const key = keyAt(filter, block, start);
      if ((words[key >>> 5]! & (1 << (key & 31))) === 0) continue;
      const known = places.get(key);
      if (known === undefined) places.set(key, [from + start]);
      else known.push(from + start);
    }
  }
  return places;
}

const blockBytes = 1 << 19;

const standsAt = (source: SearchedBytes, place: number, text: Uint8Array): boolean =>
  Buffer.compare(source.read(place, place + text.length), text) === 0;
