/** XML of workbooks, tag by tag from a stream. It has no document types, so no entities of one's own, and no depths to speak of. */
import { unreadable } from '../bytes.ts';
import { type Decode, decoderOf } from '../encoding.ts';

export type XmlHandler = {
  /** Names come without their namespace prefix; attributes are asked for with it. */
  readonly open?: (name: string, attribute: (name: string) => string | undefined) => void;
  /** A text may come in several pieces. */
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
};

/** Characters between two tags: more is no cell, but an attack on the memory. */
const textLimit = 1 << 24;
const depthLimit = 256;
const pieceLimit = 1 << 13;

/**
 * Feeds XML to the handler, piece by piece.
 * @throws FILE_UNREADABLE with the reason damaged-archive where it is not well formed or brings a document type, too-large
 */
export async function* parseXml(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
): AsyncGenerator<void> {
  const feed = xmlFeeder(path, handler);
  let decode: Decode | undefined;
  for await (const chunk of chunks) {
    decode ??= decoderOf(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : 'utf-8');
    const text = decode(chunk, false);
    // A few bytes of a sheet may say thousands of cells.
    for (let at = 0; at < text.length; at += pieceLimit) {
      feed(text.length <= pieceLimit ? text : text.slice(at, at + pieceLimit), false);
      yield;
    }
  }
  feed(decode?.(new Uint8Array(0), true) ?? '', true);
}

function xmlFeeder(path: string, handler: XmlHandler): (text: string, last: boolean) => void {
  const stack: string[] = [];
  let rest = '';
  let tag = '';
  let attributesAt = 0;
  const damaged = () => unreadable(path, 'damaged-archive');
  const attribute = (name: string) => attributeOf(tag, attributesAt, name, damaged);

  function openTag(buffer: string, from: number, end: number): void {
    const selfClosing = buffer.charCodeAt(end - 1) === 47;
    tag = buffer.slice(from, selfClosing ? end - 1 : end);
    attributesAt = nameEnd(tag);
    const name = attributesAt === tag.length ? tag : tag.slice(0, attributesAt);
    if (name === '' || stack.length > depthLimit) throw damaged();
    const known = local(name);
    handler.open?.(known, attribute);
    if (selfClosing) handler.close?.(known);
    else stack.push(name);
  }

  function closeTag(buffer: string, from: number, end: number): void {
    const name = stack.pop();
    if (name === undefined || !buffer.startsWith(name, from)) throw damaged();
    if (from + name.length !== end && buffer.slice(from + name.length, end).trim() !== '') throw damaged();
    handler.close?.(local(name));
  }

  return (text, last) => {
    const searched = rest.length;
    const buffer = rest + text;
    let at = 0;
    for (;;) {
      const start = buffer.indexOf('<', at === 0 && buffer[0] !== '<' ? searched : at);
      if (start < 0) break;
      if (start > at && stack.length > 0) handler.text?.(withEntities(buffer.slice(at, start), damaged));
      at = start;
      const mark = buffer.charCodeAt(start + 1);
      if (mark === exclamation || mark === question) {
        if (buffer.length < start + 9 && !last) break;
        const [begins, ends] = sectionAt(buffer, start) ?? [];
        if (begins === undefined || ends === undefined) throw damaged(); // a document type
        const end = buffer.indexOf(ends, start + begins.length);
        if (end < 0) break;
        if (begins === '<![CDATA[') handler.text?.(buffer.slice(start + begins.length, end));
        at = end + ends.length;
        continue;
      }
      const end = tagEnd(buffer, start + 1);
      if (end < 0) break;
      if (mark === slash) closeTag(buffer, start + 2, end);
      else openTag(buffer, start + 1, end);
      at = end + 1;
    }
    rest = buffer.slice(at);
    if (rest.length > textLimit) throw unreadable(path, 'too-large');
    if (last && (stack.length > 0 || rest.trim() !== '')) throw damaged();
  };
}

const [exclamation, question, slash] = [0x21, 0x3f, 0x2f];

const sections = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
] as const;

const sectionAt = (text: string, at: number) => sections.find(([begins]) => text.startsWith(begins, at));

const local = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

function nameEnd(tag: string): number {
  for (let at = 0; at < tag.length; at += 1) if (tag.charCodeAt(at) <= 32) return at;
  return tag.length;
}

/** The `>` that ends the tag, not one within an attribute; -1 when it has not come yet. */
function tagEnd(text: string, from: number): number {
  let quote = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 62) return at;
    else if (code === 34 || code === 39) quote = code;
  }
  return -1;
}

function attributeOf(tag: string, from: number, wanted: string, damaged: () => Error): string | undefined {
  for (let at = from; at < tag.length; ) {
    while (at < tag.length && tag.charCodeAt(at) <= 32) at += 1;
    const equals = tag.indexOf('=', at);
    if (equals < 0) return undefined;
    let open = equals + 1;
    while (open < tag.length && tag.charCodeAt(open) <= 32) open += 1;
    const quote = tag[open];
    const close = quote === '"' || quote === "'" ? tag.indexOf(quote, open + 1) : -1;
    if (close < 0) return undefined;
    if (tag.startsWith(wanted, at) && (equals === at + wanted.length || tag.slice(at, equals).trimEnd() === wanted))
      return withEntities(tag.slice(open + 1, close), damaged);
    at = close + 1;
  }
  return undefined;
}

const named = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function withEntities(text: string, damaged: () => Error): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));?/g,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) {
        const character = named.get(name);
        if (character === undefined) throw damaged();
        return character;
      }
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) throw damaged();
      return String.fromCodePoint(code);
    },
  );
}
