/** Decimal marks and groups of thousands: which ones a file uses, and the number that a cell means under them. */
import type { Confidence, DecimalMark, Reading, ReadingReason } from '../contract/intake.ts';
import { splitRelation } from './relations.ts';

export type NumberFormat = Pick<Reading, 'decimalMark' | 'thousands'>;

/** Half-width, with an ASCII minus: full-width digits and typographic signs mean the same number. */
export const plainText = (text: string): string =>
  /[^ -~]/.test(text) ? text.normalize('NFKC').replace(/[−–]/g, '-').trim() : text.trim();

/**
 * Of a cell that may be a number. A raised digit is an exponent behind a ten; anywhere else beside a number it is the mark
 * of a footnote and must not become one of its digits, so it gets a `^` that no number has. Behind a letter it belongs to
 * a unit, as in `mL·min⁻¹`.
 */
export const plainNumber = (text: string): string =>
  /[^ -~]/.test(text)
    ? plainText(
        text
          .replace(/(?<![\d０-９.,])[1１][0０]([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, '10^$1')
          .replace(/(?<![\p{L}\p{No}⁺⁻^])\p{No}/gu, '^$&'),
      )
    : text.trim();

/** Of a cell that is a number in the file itself, not a text that somebody has typed. */
export const exactNumbers: NumberFormat = { decimalMark: '.', thousands: '' };

/** @returns undefined when the text is no number under this format; never a number cut out of a longer text */
export function numberParser({ decimalMark, thousands }: NumberFormat): (text: string) => number | undefined {
  const mark = decimalMark === '.' ? '\\.' : ',';
  const group = thousands === ' ' ? '[ \\u00a0\\u202f]' : escaped(thousands);
  const whole = thousands === '' ? '\\d+' : `(?:\\d{1,3}(?:${group}\\d{3})+|\\d+)`;
  const shape = new RegExp(`^[+-]?(?:${whole}(?:${mark}\\d*)?|${mark}\\d+)(?:[eE][+-]?\\d+)?$`);
  const groups = thousands === '' ? undefined : new RegExp(group, 'g');
  return (text) => {
    const plain = withExponent(plainNumber(text));
    if (!shape.test(plain)) return undefined;
    const bare = groups === undefined ? plain : plain.replace(groups, '');
    const number = Number(decimalMark === ',' ? bare.replace(',', '.') : bare);
    return Number.isFinite(number) ? number : undefined;
  };
}

/** "1.2 x 10^-5" as 1.2e-5, "10^3" as 1e3; "1.5 x 1000" is a sum to be done, not a number. */
const withExponent = (text: string): string =>
  text.includes('10')
    ? text
        .replace(/\s*[x×*]\s*10\s*(?:(?:\^|\*\*)\s*\(?\s*([+-]?\d+)\s*\)?|([+-]\d+))$/i, 'e$1$2')
        .replace(/^([+-]?)10(?:\^|\*\*)\(?([+-]?\d+)\)?$/, '$11e$2')
    : text;

const escaped = (character: string): string => (character === '.' ? '\\.' : character);

type Sighting = { cells: number; example: string };

type SightingName =
  | 'decimalDot'
  | 'decimalComma'
  | 'groupsDot'
  | 'groupsComma'
  | 'groupsSpace'
  | 'groupsApostrophe'
  | 'eitherDot'
  | 'eitherComma'
  | 'whole';

/** How often each use of a mark was seen in a column; `either` is `1,234`, which may be both. */
export type NumberSightings = Readonly<Record<SightingName, Readonly<Sighting>>>;

export type NumberEvidence = { readonly add: (cell: string) => void; readonly seen: NumberSightings };

/** Of one column: give it the cells that could be values; it looks at their marks only. */
export function numberEvidence(): NumberEvidence {
  const seen: Record<SightingName, Sighting> = {
    decimalDot: none(),
    decimalComma: none(),
    groupsDot: none(),
    groupsComma: none(),
    groupsSpace: none(),
    groupsApostrophe: none(),
    eitherDot: none(),
    eitherComma: none(),
    whole: none(),
  };
  const note = (what: SightingName, cell: string) => {
    if (seen[what].cells === 0) seen[what].example = cell;
    seen[what].cells += 1;
  };

  function add(cell: string): void {
    if (/^\d+$/.test(cell)) {
      if (cell !== '0') note('whole', cell);
      return;
    }
    const text = splitRelation(plainNumber(cell)).rest;
    const number = /^[+-]?((?:\d[\d.,' \u00a0\u202f]*)?\d|[.,]\d+)(e[+-]?\d+)?(?![\d.,])/i.exec(text);
    if (number === null) return;
    const digits = number[1] ?? '';
    if (/^\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?$/.test(digits)) note('groupsSpace', cell);
    if (/^\d{1,3}(?:'\d{3})+(?:[.,]\d+)?$/.test(digits)) note('groupsApostrophe', cell);
    const dot = digits.lastIndexOf('.');
    const comma = digits.lastIndexOf(',');
    if (dot < 0 && comma < 0) {
      if (number[2] === undefined && /^[1-9]\d*$/.test(digits)) note('whole', cell);
      return;
    }
    if (dot >= 0 && comma >= 0) {
      if (/^\d{1,3}(,\d{3})+\.\d*$/.test(digits)) {
        note('decimalDot', cell);
        note('groupsComma', cell);
      } else if (/^\d{1,3}(\.\d{3})+,\d*$/.test(digits)) {
        note('decimalComma', cell);
        note('groupsDot', cell);
      }
      return;
    }
    const isDot = dot >= 0;
    const parts = digits.split(isDot ? '.' : ',');
    if (parts.length > 2) {
      if (/^[1-9]\d{0,2}$/.test(parts[0] ?? '') && parts.slice(1).every((part) => part.length === 3)) {
        note(isDot ? 'groupsDot' : 'groupsComma', cell);
      }
    } else if (number[2] === undefined && parts[1]?.length === 3 && /^[1-9]\d{0,2}$/.test(parts[0] ?? '')) {
      note(isDot ? 'eitherDot' : 'eitherComma', cell);
    } else {
      note(isDot ? 'decimalDot' : 'decimalComma', cell);
    }
  }

  return { add, seen };
}

export type NumberReading = {
  readonly format: NumberFormat;
  readonly decimal: { readonly confidence: Confidence; readonly reason: ReadingReason };
  readonly grouping: { readonly confidence: Confidence; readonly reason: ReadingReason };
  /** A cell such as `1,234` where nothing tells a decimal from a group, or one that contradicts the others. */
  readonly ambiguous: string | undefined;
};

/** What besides the values may tell how they are written. */
export type AroundNumbers = {
  /** Columns that are not used. They say how the writer writes, but must not turn a value by a factor of a thousand. */
  readonly others?: readonly NumberSightings[];
  /** Where cells stand between semicolons, the comma may well be the decimal mark. */
  readonly delimiter?: string | null | undefined;
  /** Set by a person. */
  readonly decimalMark?: DecimalMark | undefined;
  readonly thousands?: NumberFormat['thousands'] | undefined;
};

/** @param values of the columns whose numbers are used, one for each */
export function judgeNumbers(values: readonly NumberSightings[], around: AroundNumbers = {}): NumberReading {
  const columns = telling(values, around);
  const found = verdict(columns, around);
  const { decimalMark: mark = found.decimalMark } = around;
  const settled = around.decimalMark !== undefined || around.thousands !== undefined;
  const doubt = settled ? undefined : found.doubt;
  const seen = merged(columns);
  const [decimals, against, groups, either] =
    mark === '.'
      ? [seen.decimalDot, seen.decimalComma, seen.groupsComma, seen.eitherComma]
      : [seen.decimalComma, seen.decimalDot, seen.groupsDot, seen.eitherDot];
  const grouped = groups.cells > 0 || (either.cells > 0 && (!settled || against.cells === 0));
  // `1,234` beside `0.56` can only be a group; alone it may be both.
  const grouping: readonly [NumberFormat['thousands'], Sighting] =
    doubt !== undefined
      ? ['', none()]
      : grouped
        ? [mark === '.' ? ',' : '.', groups.cells > 0 ? groups : either]
        : seen.groupsSpace.cells > 0
          ? [' ', seen.groupsSpace]
          : seen.groupsApostrophe.cells > 0
            ? ["'", seen.groupsApostrophe]
            : ['', none()];
  return {
    format: { decimalMark: mark, thousands: around.thousands ?? grouping[0] },
    decimal:
      decimals.cells > 0
        ? {
            confidence: doubt !== undefined ? 'low' : against.cells === 0 ? 'high' : 'middle',
            reason: { key: 'decimals-seen', data: { example: decimals.example, cells: decimals.cells } },
          }
        : { confidence: doubt === undefined ? 'high' : 'low', reason: { key: 'usual-mark', data: {} } },
    grouping:
      grouping[0] === ''
        ? { confidence: 'high', reason: { key: 'no-groups', data: {} } }
        : {
            confidence: grouping[1] === either ? 'middle' : 'high',
            reason: { key: 'groups-seen', data: { example: grouping[1].example, cells: grouping[1].cells } },
          },
    ambiguous: columns === values ? doubt : undefined,
  };
}

type Verdict = { readonly decimalMark: DecimalMark; readonly doubt?: string };

function verdict(columns: readonly NumberSightings[], { others = [], delimiter }: AroundNumbers): Verdict {
  const seen = merged(columns);
  const dots = seen.decimalDot.cells;
  const commas = seen.decimalComma.cells;
  if (dots > 0 || commas > 0) return amongDecimals(columns, commas > dots ? ',' : '.');
  if (seen.groupsDot.cells > 0 || seen.groupsComma.cells > 0) {
    // Where only groups were seen, the other mark is the decimal one.
    const decimalMark = seen.groupsDot.cells > seen.groupsComma.cells ? ',' : '.';
    const odd = decimalMark === '.' ? seen.groupsDot : seen.groupsComma;
    return odd.cells > 0 ? { decimalMark, doubt: odd.example } : { decimalMark };
  }
  const { eitherDot, eitherComma } = seen;
  if (eitherDot.cells === 0 && eitherComma.cells === 0) return { decimalMark: '.' };
  if (eitherDot.cells > 0 && eitherComma.cells > 0) return { decimalMark: '.', doubt: eitherComma.example };
  const beside = merged(others);
  const writer: DecimalMark | undefined =
    beside.decimalDot.cells > 0 === beside.decimalComma.cells > 0 ? undefined : beside.decimalDot.cells > 0 ? '.' : ',';
  if (eitherComma.cells > 0) {
    return writer === ',' ? { decimalMark: ',' } : { decimalMark: '.', doubt: eitherComma.example };
  }
  const doubtful =
    writer === ',' ||
    (writer === undefined &&
      columns.some((column) => column.eitherDot.cells > 0 && (column.whole.cells > 0 || delimiter === ';')));
  return doubtful ? { decimalMark: '.', doubt: eitherDot.example } : { decimalMark: '.' };
}

/** Under the mark of most cells: a column that uses the other one, and groups that no column proves, are to be asked about. */
function amongDecimals(columns: readonly NumberSightings[], decimalMark: DecimalMark): Verdict {
  const [own, other, groups, either] =
    decimalMark === '.'
      ? (['decimalDot', 'decimalComma', 'groupsComma', 'eitherComma'] as const)
      : (['decimalComma', 'decimalDot', 'groupsDot', 'eitherDot'] as const);
  const against = columns.find((column) => column[other].cells > column[own].cells);
  if (against !== undefined) return { decimalMark, doubt: against[other].example };
  const unclear = columns.find((column) => column[either].cells > 0);
  if (unclear === undefined || columns.some((column) => column[groups].cells > 0)) return { decimalMark };
  const strays = columns.some((column) => column[other].cells > 0);
  const proven = columns.some((column) => column[either].cells > 0 && column[own].cells > 0);
  return proven && !strays ? { decimalMark } : { decimalMark, doubt: unclear[either].example };
}

/** Values without a single mark leave it to the other columns how later ones will be written. */
const telling = (values: readonly NumberSightings[], { others = [] }: AroundNumbers): readonly NumberSightings[] =>
  values.some((column) => marks.some((name) => column[name].cells > 0)) ? values : others;

function merged(columns: readonly NumberSightings[]): NumberSightings {
  const all = (name: SightingName): Sighting => {
    const holding = columns.filter((column) => column[name].cells > 0);
    return {
      cells: holding.reduce((sum, column) => sum + column[name].cells, 0),
      example: holding[0]?.[name].example ?? '',
    };
  };
  return Object.fromEntries([...marks, 'whole' as const].map((name) => [name, all(name)])) as NumberSightings;
}

const marks = [
  'decimalDot',
  'decimalComma',
  'groupsDot',
  'groupsComma',
  'groupsSpace',
  'groupsApostrophe',
  'eitherDot',
  'eitherComma',
] as const;

const none = (): Sighting => ({ cells: 0, example: '' });
