/** What a workbook says outside its sheets: their names, the shared strings, and which number formats mean more than a number. */
import { SaxesParser } from 'saxes';
import { unreadable } from '../bytes.ts';
import type { Zip } from '../zip.ts';

export type NumberFormat =
  | { readonly kind: 'date' }
  | { readonly kind: 'percent' }
  /** Shown with leading zeros, as registry numbers are. */
  | { readonly kind: 'padded'; readonly digits: number };

export type Workbook = {
  readonly sheets: readonly { readonly name: string; readonly entry: string; readonly hidden: boolean }[];
  /** Days are counted from 1904 instead of 1900. */
  readonly from1904: boolean;
  /** By style number; undefined for a plain number. */
  readonly formats: readonly (NumberFormat | undefined)[];
  readonly sharedStrings: () => Promise<readonly string[]>;
};

export type XmlHandler = {
  readonly open?: (name: string, attribute: (name: string) => string | undefined) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
};

/** Characters of all shared strings together, and of one text: more is no table, but an attack on the memory. */
const sharedLimit = 1 << 28;
const textLimit = 1 << 24;

/** Feeds XML to the handler piece by piece; names come without their namespace prefix. */
export async function* parseXml(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8');
  const parser = new SaxesParser({ xmlns: false, position: false });
  const local = (name: string) => name.slice(name.indexOf(':') + 1);
  let sinceTag = 0;
  parser.on('opentag', ({ name, attributes }) => {
    sinceTag = 0;
    handler.open?.(local(name), (wanted) => attributes[wanted]);
  });
  parser.on('closetag', ({ name }) => {
    sinceTag = 0;
    handler.close?.(local(name));
  });
  if (handler.text !== undefined) {
    parser.on('text', handler.text);
    parser.on('cdata', handler.text);
  }
  parser.on('doctype', () => {
    throw unreadable(path, 'damaged-archive'); // no spreadsheet has one; entities of one's own could grow without end
  });
  parser.on('error', (error) => {
    throw unreadable(path, 'damaged-archive', error);
  });
  for await (const chunk of chunks) {
    parser.write(decoder.decode(chunk, { stream: true }));
    sinceTag += chunk.length;
    if (sinceTag > textLimit) throw unreadable(path, 'too-large');
    yield;
  }
  parser.close();
}

/** @throws FILE_UNREADABLE when the archive is no workbook */
export async function readWorkbook(path: string, zip: Zip): Promise<Workbook> {
  const workbookEntry = zip.names.find((name) => /(^|\/)workbook\.xml$/.test(name));
  if (workbookEntry === undefined) throw unreadable(path, 'not-a-workbook');
  const folder = workbookEntry.slice(0, workbookEntry.lastIndexOf('/') + 1);

  const targets = new Map<string, string>();
  await readEntry(path, zip, `${folder}_rels/workbook.xml.rels`, {
    open(name, attribute) {
      if (name !== 'Relationship') return;
      const to = attribute('Target') ?? '';
      targets.set(attribute('Id') ?? '', to.startsWith('/') ? to.slice(1) : `${folder}${to}`);
    },
  });

  const sheets: { name: string; entry: string; hidden: boolean }[] = [];
  let from1904 = false;
  await readEntry(path, zip, workbookEntry, {
    open(name, attribute) {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attribute('date1904') ?? '');
      if (name !== 'sheet') return;
      const entry = targets.get(attribute('r:id') ?? '');
      if (entry === undefined || !zip.names.includes(entry)) return;
      sheets.push({ name: attribute('name') ?? '', entry, hidden: (attribute('state') ?? 'visible') !== 'visible' });
    },
  });
  const worksheets = sheets.filter(({ entry }) => !entry.includes('chartsheets/'));
  if (worksheets.length === 0) throw unreadable(path, 'not-a-workbook');

  return {
    sheets: worksheets,
    from1904,
    formats: await readFormats(path, zip, `${folder}styles.xml`),
    sharedStrings: () => readSharedStrings(path, zip, `${folder}sharedStrings.xml`),
  };
}

async function readEntry(path: string, zip: Zip, entry: string, handler: XmlHandler): Promise<void> {
  if (!zip.names.includes(entry)) return;
  for await (const _ of parseXml(path, zip.open(entry), handler));
}

async function readSharedStrings(path: string, zip: Zip, entry: string): Promise<readonly string[]> {
  const strings: string[] = [];
  let characters = 0;
  const string = richText((text) => {
    characters += text.length;
    if (characters > sharedLimit) throw unreadable(path, 'too-large');
    strings.push(text);
  }, 'si');
  await readEntry(path, zip, entry, string);
  return strings;
}

/** Text of an `si` or `is` element: its runs put together, without the reading aids (furigana) of `rPh`. */
export function richText(done: (text: string) => void, element: 'si' | 'is'): Required<XmlHandler> {
  let text = '';
  let collecting = false;
  let phonetic = false;
  return {
    open(name) {
      if (name === element) text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') collecting = !phonetic;
    },
    text(part) {
      if (collecting) text += part;
    },
    close(name) {
      if (name === 't') collecting = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === element) done(unescaped(text));
    },
  };
}

/** ECMA-376 18.4.6: characters that XML cannot hold are written as _xHHHH_. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

async function readFormats(path: string, zip: Zip, entry: string): Promise<readonly (NumberFormat | undefined)[]> {
  const codes = new Map<number, string>();
  const formats: (NumberFormat | undefined)[] = [];
  let inCells = false;
  await readEntry(path, zip, entry, {
    open(name, attribute) {
      if (name === 'numFmt') codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '');
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const id = Number(attribute('numFmtId') ?? 0);
        formats.push(formatOf(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return formats;
}

/** ECMA-376 18.8.30: the built-in formats have numbers only. */
export function formatOf(id: number, code: string | undefined): NumberFormat | undefined {
  if (code === undefined) {
    if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)) {
      return { kind: 'date' };
    }
    return id === 9 || id === 10 ? { kind: 'percent' } : undefined;
  }
  const bare = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .split(';')[0]!;
  if (/^0{2,}$/.test(bare)) return { kind: 'padded', digits: bare.length };
  if (bare.includes('%')) return { kind: 'percent' };
  return /[ymdhs]/i.test(bare.replace(/general/i, '')) ? { kind: 'date' } : undefined;
}
