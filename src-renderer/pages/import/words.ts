/** What the engine gives as key and figures, in words. */
import type { TFunction } from 'i18next';
import type {
  AssayProposal,
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
import { readingPart, target as targets, unit as units } from '../../../src-main/contract/intake.ts';
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
  const { target, unit, ...data } = decision.data;
  const known = targets.safeParse(target);
  const knownUnit = units.safeParse(unit).data;
  return (t as Say)(`intake:${part}.${decision.kind}`, {
    ...data,
    unit: knownUnit === undefined ? (unit ?? '') : unitSymbol(t, knownUnit),
    count: Number(data.assays ?? 0),
    target: known.success ? targetWords(t, known.data) : '',
  });
}

/** Why something was found to be so. */
export const reasonWords = (
  t: Words,
  part: 'readingReason' | 'joinReason',
  { key, data }: { readonly key: string; readonly data: Readonly<Record<string, string | number>> },
): string => (t as Say)(`intake:${part}.${key}`, data);

export function assayWhy(t: Words, { code, assayType, reason }: AssayProposal): string {
  const { unit, ...data } = reason.data;
  const known = units.safeParse(unit).data;
  return (t as Say)(`intake:assayWhy.${reason.key}`, {
    ...data,
    assay: code,
    type: assayType,
    unit: known === undefined ? (unit ?? '') : unitWords(t, known),
  });
}

/** The figures that speak against a unit. */
export function suspectWords(t: Words, format: Format, { data }: Decision): string {
  const { sign, share, median, others, shift, unit, ...rest } = data;
  const known = units.safeParse(unit).data;
  return (t as Say)(`intake:suspect.sign.${sign}`, {
    ...rest,
    unit: known === undefined ? (unit ?? '') : unitSymbol(t, known),
    share: format.percent(Number(share ?? 0) / 100),
    median: format.decimal(Number(median ?? 0), 2),
    others: format.decimal(Number(others ?? 0), 2),
    factor: format.count(10 ** Math.abs(Number(shift ?? 0))),
  });
}

export function decidedWords(t: Words, decided: Decided): string {
  switch (decided.kind) {
    case 'proposal':
      return t('intake:history.proposal');
    case 'reading': {
      const parts = Object.keys(decided.reading).flatMap((part) => readingPart.safeParse(part).data ?? []);
      return t('intake:history.reading', { parts: parts.map((part) => t(`intake:readingParts.${part}`)).join(', ') });
    }
    case 'companionReading': {
      const parts = Object.keys(decided.reading).flatMap((part) => readingPart.safeParse(part).data ?? []);
      return t('intake:history.companionReading', {
        parts: parts.map((part) => t(`intake:readingParts.${part}`)).join(', '),
      });
    }
    case 'companion':
      return decided.file === null
        ? t('intake:history.companionRemoved')
        : t('intake:history.companion', { name: decided.name });
    case 'template':
      return t('intake:history.template', { name: decided.template.name, version: decided.template.version });
    case 'join':
      return decided.source === null
        ? t('intake:history.joinHere')
        : t('intake:history.join', { source: t(`intake:join.source.${decided.source}`, { name: decided.name }) });
    case 'key':
      return t(`intake:history.key.${decided.side}`, { column: decided.column });
    case 'conflicts':
      return t('intake:history.conflicts', { take: t(`intake:join.take.${decided.take}`) });
    case 'unitOfAssays':
      return t('intake:history.unitOfAssays', {
        count: decided.assays.length,
        assay: decided.assays[0] ?? '',
        unit: unitWords(t, decided.unit),
      });
    case 'constantRelation':
      return decided.relation === null
        ? t('intake:history.noConstant')
        : t('intake:history.constantRelation', { relation: decided.relation });
    case 'constantAssayType':
      return decided.type === null
        ? t('intake:history.noConstant')
        : t('intake:history.constantAssayType', { type: decided.type });
    case 'constantId':
      return decided.from === null
        ? t('intake:history.noConstant')
        : t('intake:history.constantId', { from: t(`intake:constants.ids.${decided.from}`) });
    case 'assayScale':
      return t('intake:history.assayScale', { assay: decided.assay, scale: t(`intake:scales.${decided.scale}`) });
    case 'assayDirection':
      return t('intake:history.assayDirection', {
        assay: decided.assay,
        direction: t(`intake:directions.${decided.direction}`),
      });
    case 'category':
      return t('intake:history.category', {
        spelling: decided.spelling,
        label: t(`intake:labels.${decided.label ?? 'left-out'}`),
      });
    case 'relationSpelling':
      return t('intake:history.relationSpelling', { spelling: decided.spelling, relation: decided.relation ?? '' });
    case 'assayTypeSpelling':
      return t('intake:history.assayType', { assay: `“${decided.spelling}”`, type: decided.type });
    case 'duplicates':
      return t(`intake:replicates.duplicates.${decided.rule}`);
    case 'listAssays':
      return t('intake:history.listAssays', { count: Object.keys(decided.assays).length });
    case 'corrected':
      return t('intake:history.corrected', {
        line: decided.line,
        cells: Object.entries(decided.cells)
          .map(([column, { text }]) => `${column} “${text}”`)
          .join(', '),
      });
    case 'confirmed':
      return t('intake:history.confirmed', { about: decided.about });
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
      : [
          encoding === null ? null : t(`intake:encodings.${encoding}`),
          delimiter === null ? null : delimiterWords(t, delimiter),
        ];
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
