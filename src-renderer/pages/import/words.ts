/** What the engine gives as key and figures, in words. */
import type { TFunction } from 'i18next';
import type {
  ColumnProposal,
  Decision,
  Expectation,
  Inspection,
  Mapping,
  Repair,
  Severity,
  Target,
  Unit,
} from '../../../src-main/contract/intake.ts';
import { target as targets, unit as units } from '../../../src-main/contract/intake.ts';
import type { Format } from '../../app/format.ts';
import type { Decided } from './draft.ts';

export type Words = TFunction<['intake', 'frame']>;

/** Keys that are put together from the engine's own: each of its keys has a word, the catalogue's type sees to it. */
type Say = (key: string, facts: Readonly<Record<string, string | number>>) => string;

export function whyWords(t: Words, { reason }: ColumnProposal): string {
  const { target, unit, ...data } = reason.data;
  const known = targets.safeParse(target);
  const guessed = reason.key === 'numbers-unit-guessed' ? units.safeParse(unit).data : undefined;
  const key = reason.key === 'numbers-with-unit' && data.from === 'cells' ? 'numbers-with-own-unit' : reason.key;
  return (t as Say)(`intake:why.${key}`, {
    ...data,
    count: Number(data.distinct ?? data.spellings ?? 0),
    unit: guessed === undefined ? (unit ?? '') : unitWords(t, guessed),
    target: known.success ? targetWords(t, known.data) : '',
  });
}

export const targetWords = (t: Words, target: Target): string => t(`intake:targets.${target}`);

export const unitWords = (t: Words, unit: Unit): string => t(`intake:units.${unit}`);

/** As it is written in a formula or a heading. */
export const unitSymbol = (t: Words, unit: Unit): string =>
  unit === 'uM' ? 'µM' : ['M', 'mM', 'nM', 'pM'].includes(unit) ? unit : unitWords(t, unit);

export function expectedWords(t: Words, { key, data }: Expectation): string {
  return (t as Say)(`intake:expected.${key}`, data);
}

export function decisionWords(
  t: Words,
  part: 'decision' | 'decisionTitle' | 'decisionText',
  decision: Decision,
): string {
  const { target, ...data } = decision.data;
  const known = targets.safeParse(target);
  return (t as Say)(`intake:${part}.${decision.kind}`, {
    ...data,
    target: known.success ? targetWords(t, known.data) : '',
  });
}

export function decidedWords(t: Words, decided: Decided): string {
  switch (decided.kind) {
    case 'proposal':
      return t('intake:history.proposal');
    case 'target':
      return t('intake:history.target', { column: decided.column, target: targetWords(t, decided.target) });
    case 'unit':
      return t('intake:history.unit', { column: decided.column, unit: decided.unit ?? t('intake:inCells') });
    case 'spelling':
      return t('intake:history.spelling', {
        spelling: decided.spelling,
        unit: decided.unit === null ? t('intake:spellings.leaveOpen') : unitWords(t, decided.unit),
      });
    case 'assayOf':
      return t('intake:history.assayOf', decided);
    case 'constantAssay':
      return decided.assay === null
        ? t('intake:history.noConstant')
        : t('intake:history.constantAssay', { assay: decided.assay });
    case 'constantUnit':
      return decided.unit === null
        ? t('intake:history.noConstant')
        : t('intake:history.constantUnit', { unit: unitWords(t, decided.unit) });
    case 'assayType':
      return t('intake:history.assayType', decided);
    case 'layout':
      return t(`intake:layout.${decided.layout}`);
    case 'leftOut':
      return t('intake:history.leftOut', decided);
    case 'decimalMark':
      return t('intake:history.decimalMark', { mark: t(`intake:marks.${markNames[decided.mark]}`) });
    case 'quotes':
      return t('intake:history.quotes');
  }
}

export function repairWords(t: Words, repair: Repair, severity: Severity): { label: string; effect: string } {
  switch (repair.kind) {
    case 'leave-out':
      return {
        label: t('intake:repairs.leave-out', repair),
        effect: t('intake:repairs.effect.leave-out', { count: repair.rows }),
      };
    case 'read-unit-as':
      return repair.unit === null
        ? {
            label: t('intake:repairs.read-unit-open', repair),
            effect: t('intake:repairs.effect.keep.rejected', { count: repair.rows }),
          }
        : {
            label: t('intake:repairs.read-unit-as', { spelling: repair.spelling, unit: unitWords(t, repair.unit) }),
            effect: t('intake:repairs.effect.read-unit-as', { count: repair.rows }),
          };
    case 'quotes-are-characters':
      return {
        label: t('intake:repairs.quotes-are-characters'),
        effect: t('intake:repairs.effect.quotes-are-characters'),
      };
    case 'read-category-as':
      return repair.label === null
        ? {
            label: t('intake:repairs.read-category-open', repair),
            effect: t('intake:repairs.effect.keep.rejected', { count: repair.rows }),
          }
        : {
            label: t('intake:repairs.read-category-as', {
              spelling: repair.spelling,
              label: t(`intake:repairs.labels.${repair.label}`),
            }),
            effect: t('intake:repairs.effect.read-unit-as', { count: repair.rows }),
          };
    case 'read-relation-as':
      return repair.relation === null
        ? {
            label: t('intake:repairs.read-relation-open', repair),
            effect: t('intake:repairs.effect.keep.rejected', { count: repair.rows }),
          }
        : {
            label: t('intake:repairs.read-relation-as', { spelling: repair.spelling, relation: repair.relation }),
            effect: t('intake:repairs.effect.read-unit-as', { count: repair.rows }),
          };
    case 'take-structure':
      return {
        label: t(`intake:repairs.take-structure.${repair.conflicts}`),
        effect: t('intake:repairs.effect.read-unit-as', { count: repair.rows }),
      };
    case 'list-assays':
      return { label: t('intake:repairs.list-assays'), effect: t('intake:repairs.effect.list-assays') };
    case 'keep':
      return {
        label: t(`intake:repairs.keep.${severity}`),
        effect: t(`intake:repairs.effect.keep.${severity}`, { count: repair.rows }),
      };
  }
}

/** The one fact that the reading has decided, as the stepper shows it: "UTF-8 · semicolon · decimal comma". */
export function readingFact(t: Words, { reading, sheets, members }: Inspection): string {
  const { format, encoding, delimiter, sheet, headerLine, decimalMark } = reading;
  const parts =
    format === 'xlsx'
      ? [
          sheet !== null && sheets.length > 1 ? t('intake:sheetFact', { sheet }) : null,
          headerLine === null ? null : t('intake:headerFact', { line: headerLine }),
        ]
      : [encoding?.toUpperCase() ?? null, delimiter === null ? null : delimiterWords(t, delimiter)];
  const member =
    reading.member == null || members.length < 2 ? null : t('intake:memberFact', { member: reading.member });
  return [member, ...parts, t(`intake:decimal.${markNames[decimalMark]}`)].filter((part) => part !== null).join(' · ');
}

const delimiterNames = new Map([
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'bar'],
  [' ', 'space'],
] as const);

export const namedDelimiters: readonly string[] = [...delimiterNames.keys()];

export function delimiterWords(t: Words, delimiter: string): string {
  const name = new Map<string, 'comma' | 'semicolon' | 'tab' | 'bar' | 'space'>(delimiterNames).get(delimiter);
  return name === undefined ? delimiter : t(`intake:delimiters.${name}`);
}

/** The name of a decimal mark or of a mark between groups of digits, as the catalogue has it. */
export const markNames = { '.': 'point', ',': 'comma', '': 'none', ' ': 'space', "'": 'apostrophe' } as const;

export const rowsWords = (t: Words, { rows, scanned }: Inspection): string =>
  t(scanned.whole ? 'intake:rows' : 'intake:about', { count: rows });

export function seenWords(t: Words, { file }: Inspection): string {
  const [last] = file.seenBefore;
  if (last === undefined || last.state === 'staging') return t('intake:seen.never');
  return t(`intake:seen.${last.state}`, { batch: last.batchId });
}

/** Used and unused columns, for the stepper. */
export function usedWords(t: Words, mapping: Mapping): string {
  const used = mapping.columns.filter(({ target }) => target !== 'unused').length;
  return t('intake:steps.used', { used, stay: mapping.columns.length - used });
}

/** Two decimals for what is stored, the reader's own marks. */
export const storedWords = (format: Format, value: number): string => format.decimal(value, 2);
