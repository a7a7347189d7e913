/** Decimal marks and groups of thousands: which ones a file uses, and the number that a cell means under them. */
import type { Confidence, DecimalMark, Reading, ReadingReason } from '../contract/intake.ts';
import { splitRelation } from './relations.ts';

export type NumberFormat = Pick<Reading, 'decimalMark' | 'thousands'>;

/** Half-width, with an ASCII minus: full-width digits and typographic signs mean the same number. */
export const plainText = (text: string): string =>
  /[^ -~]/.test(text) ? text.normalize('NFKC').replace(/[−–]/g, '-').trim() : text.trim();

/** @returns undefined when the text is no number under this format; never a number cut out of a longer text */
export function numberParser({ decimalMark, thousands }: NumberFormat): (text: string) => number | undefined {
  const mark = decimalMark === '.' ? '\\.' : ',';
  const group = thousands === ' ' ? '[ \\u00a0\\u202f]' : escaped(thousands);
  const whole = thousands === '' ? '\\d+' : `(?:\\d{1,3}(?:${group}\\d{3})+|\\d+)`;
  const shape = new RegExp(`^[+-]?(?:${whole}(?:${mark}\\d*)?|${mark}\\d+)(?:[eE][+-]?\\d+)?$`);
  const groups = thousands === '' ? undefined : new RegExp(group, 'g');
  return (text) => {
    const plain = withExponent(plainText(text));
    if (!shape.test(plain)) return undefined;
    const bare = groups === undefined ? plain : plain.replace(groups, '');
    const number = Number(decimalMark === ',' ? bare.replace(',', '.') : bare);
    return Number.isFinite(number) ? number : undefined;
  };
}

/** "1.2 x 10^-5" as 1.2e-5 */
const withExponent = (text: string): string =>
  text.includes('10') ? text.replace(/\s*[x×*]\s*10\s*(?:\^|\*\*)?\s*\(?([+-]?\d+)\)?$/i, 'e$1') : text;

const escaped = (character: string): string => (character === '.' ? '\\.' : character);

type Sighting = { cells: number; example: string };

export type NumberEvidence = {
  readonly add: (cell: string) => void;
  readonly result: () => {
    readonly format: NumberFormat;
    readonly decimal: { readonly confidence: Confidence; readonly reason: ReadingReason };
    readonly grouping: { readonly confidence: Confidence; readonly reason: ReadingReason };
    /** A cell such as `1,234` where nothing in the file tells a decimal from a group. */
    readonly ambiguous: string | undefined;
  };
};

/** Give it the cells that could be values; it looks at their marks only. */
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
  };
  const note = (what: SightingName, cell: string) => {
    if (seen[what].cells === 0) seen[what].example = cell;
    seen[what].cells += 1;
  };

  function add(cell: string): void {
    const text = splitRelation(plainText(cell)).rest;
    const number = /^[+-]?((?:\d[\d.,' \u00a0\u202f]*)?\d|[.,]\d+)(e[+-]?\d+)?(?![\d.,])/i.exec(text);
    if (number === null) return;
    const digits = number[1] ?? '';
    if (/^\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?$/.test(digits)) note('groupsSpace', cell);
    if (/^\d{1,3}(?:'\d{3})+(?:[.,]\d+)?$/.test(digits)) note('groupsApostrophe', cell);
    const dot = digits.lastIndexOf('.');
    const comma = digits.lastIndexOf(',');
    if (dot < 0 && comma < 0) return;
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

  return { add, result: () => judge(seen) };
}

function judge(seen: Readonly<Record<SightingName, Sighting>>): ReturnType<NumberEvidence['result']> {
  const dots = seen.decimalDot.cells;
  const commas = seen.decimalComma.cells;
  // Where only groups were seen, the other mark is the decimal one.
  const decimalMark: DecimalMark =
    commas > dots || (commas === dots && seen.groupsDot.cells > seen.groupsComma.cells) ? ',' : '.';
  const [decimals, against, groups, either] =
    decimalMark === '.'
      ? [seen.decimalDot, seen.decimalComma, seen.groupsComma, seen.eitherComma]
      : [seen.decimalComma, seen.decimalDot, seen.groupsDot, seen.eitherDot];
  const groupMark = decimalMark === '.' ? ',' : '.';
  const undecided = decimals.cells === 0 && groups.cells === 0 && either.cells > 0;

  // `1,234` beside `0.56` can only be a group; alone it may be both.
  const grouping: readonly [NumberFormat['thousands'], Sighting] = undecided
    ? ['', none()]
    : groups.cells + either.cells > 0
      ? [groupMark, groups.cells > 0 ? groups : either]
      : seen.groupsSpace.cells > 0
        ? [' ', seen.groupsSpace]
        : seen.groupsApostrophe.cells > 0
          ? ["'", seen.groupsApostrophe]
          : ['', none()];

  return {
    format: { decimalMark, thousands: grouping[0] },
    decimal:
      decimals.cells > 0
        ? {
            confidence: against.cells === 0 ? 'high' : 'middle',
            reason: { key: 'decimals-seen', data: { example: decimals.example, cells: decimals.cells } },
          }
        : { confidence: undecided ? 'low' : 'high', reason: { key: 'usual-mark', data: {} } },
    grouping:
      grouping[0] === ''
        ? { confidence: 'high', reason: { key: 'no-groups', data: {} } }
        : {
            confidence: grouping[1] === either ? 'middle' : 'high',
            reason: { key: 'groups-seen', data: { example: grouping[1].example, cells: grouping[1].cells } },
          },
    ambiguous: undecided ? either.example : undefined,
  };
}

type SightingName =
  | 'decimalDot'
  | 'decimalComma'
  | 'groupsDot'
  | 'groupsComma'
  | 'groupsSpace'
  | 'groupsApostrophe'
  | 'eitherDot'
  | 'eitherComma';

const none = (): Sighting => ({ cells: 0, example: '' });
