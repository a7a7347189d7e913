/** What a workbook says outside its sheets: their names, the shared strings, and which number formats mean more than a number. */
import { unreadable } from '../bytes.ts';
import type { FileReason } from '../file-reasons.ts';
import { lineLimit, withoutInvisible } from '../raw-row.ts';
import { relationOf } from '../relations.ts';
import { unitOf } from '../units.ts';
import type { Zip } from '../zip.ts';
import { type PackedTexts, packedTexts } from './shared-strings.ts';
import { parseXml, type XmlHandler } from './xml.ts';

export type NumberFormat =
  | { readonly kind: 'date' }
  | { readonly kind: 'percent' }
  /** Shown with leading zeros, as registry numbers are, or with a fixed text around it: `CPD-000123`, `12 nM`, `>10`. */
  | { readonly kind: 'pattern'; readonly before: string; readonly digits: number; readonly after: string };

export type Workbook = {
  readonly sheets: readonly { readonly name: string; readonly entry: string; readonly hidden: boolean }[];
  /** Days are counted from 1904 instead of 1900. */
  readonly from1904: boolean;
  /** By style number; undefined for a plain number. */
  readonly formats: readonly (NumberFormat | undefined)[];
  readonly sharedStrings: () => Promise<PackedTexts>;
};

/** Bytes of all shared strings together; more is no table, but an attack on the memory. */
const sharedLimit = 200 << 20;

/** @throws FILE_UNREADABLE when the archive is no workbook */
export async function readWorkbook(path: string, zip: Zip): Promise<Workbook> {
  const workbookEntry = zip.names.find((name) => /(^|\/)workbook\.xml$/.test(name));
  if (workbookEntry === undefined) throw unreadable(path, whatElse(zip));
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

  let strings: Promise<PackedTexts> | undefined;
  return {
    sheets: worksheets,
    from1904,
    formats: await readFormats(path, zip, `${folder}styles.xml`),
    sharedStrings() {
      strings ??= readSharedStrings(path, zip, `${folder}sharedStrings.xml`);
      return strings;
    },
  };
}

function whatElse({ names }: Zip): FileReason {
  if (names.some((name) => name.endsWith('workbook.bin'))) return 'binary-workbook';
  if (names.includes('mimetype') && names.includes('content.xml')) return 'open-document';
  return names.includes('[Content_Types].xml') ? 'not-a-workbook' : 'archive-in-archive';
}

async function readEntry(path: string, zip: Zip, entry: string, handler: XmlHandler): Promise<void> {
  if (!zip.names.includes(entry)) return;
  for await (const _ of parseXml(path, zip.open(entry), handler));
}

/**
 * Of the last workbook, as long as its memory is not needed for anything else: an import opens its file several times, and
 * texts of a million rows would lie in memory several times over.
 */
let last: { readonly key: string; readonly strings: WeakRef<PackedTexts> } | undefined;

async function readSharedStrings(path: string, zip: Zip, entry: string): Promise<PackedTexts> {
  const key = `${path}\n${entry}\n${zip.mark(entry)}`;
  const before = last?.key === key ? last.strings.deref() : undefined;
  if (before !== undefined) return before;
  const strings = packedTexts();
  const string = richText((text) => {
    strings.add(text);
    if (strings.bytes() > sharedLimit) throw unreadable(path, 'too-large');
  }, 'si');
  await readEntry(path, zip, entry, string);
  last = { key, strings: new WeakRef(strings) };
  return strings;
}

/** Text of an `si` or `is` element: its runs put together, without the reading aids (furigana) of `rPh`. */
export function richText(done: (text: string) => void, element: 'si' | 'is'): Required<XmlHandler> {
  let text = '';
  let run = '';
  let collecting = false;
  let phonetic = false;
  let align: string | undefined;
  return {
    open(name, attribute) {
      if (name === element) text = '';
      if (name === element || name === 'r') align = undefined;
      else if (name === 'vertAlign') align = attribute('val');
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') collecting = !phonetic;
    },
    text(part) {
      if (collecting && run.length <= lineLimit) run += part;
    },
    close(name) {
      if (name === 't') {
        if (text.length <= lineLimit) text += aligned(run, align, text);
        run = '';
        collecting = false;
      } else if (name === 'rPh') phonetic = false;
      else if (name === element) done(withoutInvisible(unescaped(text)));
    },
  };
}

/**
 * A raised run keeps its place in the text: `5.2` with a footnote 1 is no 5.21, and 10 with a raised 3 is no 103. A lowered
 * one as in IC50 is part of its word, unless it stands behind a digit.
 */
function aligned(run: string, align: string | undefined, before: string): string {
  if (align === 'superscript') return run.replace(/[0-9+\-−]/g, (sign) => raised.get(sign) ?? sign);
  if (align !== 'subscript' || !/\d[.,]?$/.test(before)) return run;
  return run.replace(/[0-9]/g, (digit) => String.fromCharCode(0x2080 + Number(digit)));
}

const raised = new Map(
  ['0⁰', '1¹', '2²', '3³', '4⁴', '5⁵', '6⁶', '7⁷', '8⁸', '9⁹', '+⁺', '-⁻', '−⁻'].map(
    ([plain = '', sign = '']) => [plain, sign] as const,
  ),
);

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
  const section = code.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/)[0] ?? '';
  if (/\[[<>=]/.test(section)) return undefined; // holds for some of the values only
  const bare = section
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
    .trim();
  if (bare.includes('%')) return { kind: 'percent' };
  if (/[ymdhs]/i.test(bare.replace(/general/i, ''))) return { kind: 'date' };
  return patternOf(section, bare);
}

/**
 * Text in quotation marks or behind backslashes belongs to a number where it makes a name of it (`"CPD-"000000`), or says
 * its relation or unit (`">"0`, `0.0" nM"`); any other text only decorates it.
 */
function patternOf(section: string, bare: string): NumberFormat | undefined {
  const cleaned = section.replace(/\[(?:[a-z]+|color ?\d+)\]|_.|\*./gi, '').trim();
  const literal = String.raw`(?:"[^"]*"|\\.|\[\$[^\]]*\])*`;
  const found = new RegExp(`^(${literal})\\s*([#0,]*\\.?[0#]*|General)\\s*(${literal})$`, 'i').exec(cleaned);
  if (found === null) return undefined;
  const plain = (text = '') => text.replace(/"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]/g, '$1$2$3');
  const [before, after] = [plain(found[1]), plain(found[3])];
  const asName = /^0+$/.test(bare);
  if (!asName && relationOf(before.trim()) === undefined && before.trim() !== '') return undefined;
  if (!asName && unitOf(after.trim()) === undefined && after.trim() !== '') return undefined;
  const digits = asName && bare.length > 1 ? bare.length : 0;
  return before.trim() === '' && after.trim() === '' && digits === 0
    ? undefined
    : { kind: 'pattern', before, digits, after };
}
