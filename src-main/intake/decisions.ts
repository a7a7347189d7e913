/** What a mapping still asks of a person: targets without a column, units that no spelling or value settles, marks that mean two things. */
import type {
  AssayProposal,
  ColumnProposal,
  Decision,
  Mapping,
  RequiredTarget,
  SeenBefore,
  UnitSpelling,
} from '../contract/intake.ts';
import type { Scan } from './scan.ts';
import type { Trial } from './trial.ts';
import { scaleOf, unitOf, units } from './units.ts';

export function requiredTargets(mapping: Mapping, proposals: readonly ColumnProposal[]): RequiredTarget[] {
  const wide = mapping.layout === 'wide';
  const columnsOf = (wanted: string) => proposals.filter(({ target }) => target === wanted);
  const found = (
    target: RequiredTarget['target'],
    columns: readonly ColumnProposal[],
    constant: string | null = null,
  ): RequiredTarget => ({
    target,
    optional: false,
    state:
      columns.length > 0
        ? columns.some(({ confidence }) => confidence === 'low')
          ? 'doubtful'
          : 'met'
        : constant === null
          ? 'missing'
          : 'met',
    from: columns.length > 0 ? columns.map(({ column }) => column) : constant === null ? [] : [constant],
  });
  const values = columnsOf(wide ? 'assay-value' : 'value');
  const unitColumns = columnsOf('unit');
  const saidByCells = values.filter(({ reason }) => reason.key === 'numbers-with-unit' && reason.data.from === 'cells');
  const unitFrom =
    unitColumns.length > 0 ? unitColumns : values.filter((one) => one.unit !== null || saidByCells.includes(one));
  const unit = found('unit', unitFrom, mapping.constants.unit);
  const relation = columnsOf('relation');
  return [
    found('compound-id', columnsOf('compound-id')),
    found('structure', columnsOf('structure')),
    wide
      ? { ...found('assay', values), state: values.length > 0 ? 'met' : 'missing' }
      : found('assay', columnsOf('assay'), mapping.constants.assay),
    { ...found('value', values), state: values.length > 0 ? 'met' : 'missing' },
    unitFrom.length > 0 && unitFrom.length < values.length && unitColumns.length === 0
      ? { ...unit, state: 'doubtful' }
      : unit,
    { ...found('relation', relation), optional: true, state: relation.length > 0 ? 'met' : 'not-needed' },
  ];
}

/** How each spelling of the unit column is read, most frequent first; what a person has set comes back as set. */
export function unitSpellings(
  mapping: Mapping,
  trial: Trial,
  assays: readonly AssayProposal[],
  decidedByHand: boolean,
): UnitSpelling[] {
  const column = mapping.columns.find(({ target }) => target === 'unit')?.column;
  if (column === undefined) return [];
  const byHand = new Map(decidedByHand ? mapping.units.map(({ spelling, unit }) => [spelling, unit]) : []);
  const types = new Map(assays.map(({ code, assayType }) => [code, assayType]));
  return [...trial.spellings]
    .filter(([spelling]) => spelling !== '')
    .sort(([, a], [, b]) => b.rows - a.rows)
    .map(([spelling, seen]) => {
      const base = { column, spelling, rows: seen.rows };
      const read = unitOf(spelling);
      if (byHand.has(spelling) && byHand.get(spelling) !== read?.unit) {
        return {
          ...base,
          unit: byHand.get(spelling) ?? null,
          confidence: 'high',
          reason: { key: 'by-hand', data: {} },
        };
      }
      if (read === undefined) {
        return { ...base, unit: null, confidence: 'low', reason: { key: 'unknown-spelling', data: {} } };
      }
      if (read.unit === 'ug/mL') {
        const solubility = [...seen.assays].every((code) => types.get(code) === 'ADME') || byHand.has(spelling);
        return {
          ...base,
          unit: solubility ? read.unit : null,
          confidence: solubility ? 'middle' : 'low',
          reason: { key: 'mass-per-volume', data: { assays: seen.assays.size } },
        };
      }
      if (!read.doubtful) {
        return { ...base, unit: read.unit, confidence: 'high', reason: { key: 'known-spelling', data: {} } };
      }
      if (scaleOf(read.unit) !== 'log10') {
        return {
          ...base,
          unit: read.unit,
          confidence: 'middle',
          reason: { key: 'unusual-case', data: { unit: read.unit } },
        };
      }
      const { lowest, highest } = seen;
      const plausible = lowest <= highest && lowest >= -8 && highest <= 8;
      const range = lowest <= highest ? { lowest, highest } : {};
      const data = { assays: seen.assays.size, assay: [...seen.assays][0] ?? '', ...range };
      return {
        ...base,
        unit: plausible || byHand.has(spelling) ? read.unit : null,
        confidence: plausible ? 'middle' : 'low',
        reason: { key: 'log-of-unnamed', data },
      };
    });
}

export type DecisionMaterial = {
  readonly scan: Scan;
  readonly mapping: Mapping;
  readonly proposals: readonly ColumnProposal[];
  readonly required: readonly RequiredTarget[];
  readonly spellings: readonly UnitSpelling[];
  readonly otherSheets: readonly string[];
  /** Files of the archive that look as good as the chosen one. */
  readonly otherMembers: readonly string[];
  readonly seenBefore: readonly SeenBefore[];
  /** What an assay would be called that the file does not name. */
  readonly fileStem: string;
  /** The mapping was handed in: what it leaves out is left out on purpose. */
  readonly byHand: boolean;
};

export function openDecisions(material: DecisionMaterial): Decision[] {
  return [
    ...seenDecisions(material),
    ...readingDecisions(material),
    ...targetDecisions(material),
    ...columnUnitDecisions(material),
    ...spellingDecisions(material),
  ];
}

function seenDecisions({ seenBefore, mapping }: DecisionMaterial): Decision[] {
  return seenBefore
    .filter(({ state, sheet }) => state === 'committed' && sheet === mapping.reading.sheet)
    .map(({ batchId, at, name }) => ({
      id: `seen-before:${batchId}`,
      kind: 'seen-before',
      state: 'open',
      data: { batch: batchId, at, name },
      suggestion: null,
      choices: [],
    }));
}

function readingDecisions({ scan, otherSheets, otherMembers, mapping }: DecisionMaterial): Decision[] {
  const decisions: Decision[] = [];
  if (scan.ambiguousNumber !== undefined) {
    const data = { example: scan.ambiguousNumber };
    decisions.push({
      id: 'decimal-mark',
      kind: 'decimal-mark',
      state: 'open',
      data,
      suggestion: null,
      choices: ['.', ','],
    });
  }
  if (otherMembers.length > 0) {
    const member = mapping.reading.member ?? '';
    decisions.push({
      id: 'member',
      kind: 'member',
      state: 'suggested',
      data: { member },
      suggestion: member,
      choices: [member, ...otherMembers],
    });
  }
  if (otherSheets.length > 0) {
    const sheet = mapping.reading.sheet ?? '';
    decisions.push({
      id: 'sheet',
      kind: 'sheet',
      state: 'suggested',
      data: { sheet },
      suggestion: sheet,
      choices: [sheet, ...otherSheets],
    });
  }
  return decisions;
}

function targetDecisions({ required, proposals, fileStem, byHand }: DecisionMaterial): Decision[] {
  const choicesFor = (target: RequiredTarget['target']) =>
    proposals
      .filter(
        (one) => one.target === 'unused' && (target === 'value' || one.alternatives.some((other) => other === target)),
      )
      .map(({ column }) => column);
  return required
    .filter(({ target, state }) => {
      if (target === 'unit') return false; // asked for column by column
      // A column that is called relation and does not read as one: leaving it out would turn every ">" into "=".
      if (target === 'relation') return state === 'not-needed' && !byHand && choicesFor(target).length > 0;
      return state === 'missing';
    })
    .map(({ target }) => ({
      id: `target:${target}`,
      kind: 'target',
      state: 'open',
      data: { target },
      suggestion: target === 'assay' ? fileStem : null,
      choices: choicesFor(target),
    }));
}

/** Columns with the same guess are one question: nobody answers it a hundred times. */
function columnUnitDecisions({ mapping, proposals }: DecisionMaterial): Decision[] {
  const hasUnitColumn = mapping.columns.some(({ target }) => target === 'unit');
  if (hasUnitColumn || mapping.constants.unit !== null) return [];
  const groups = Map.groupBy(
    proposals.filter(({ reason }) => reason.key === 'numbers-unit-guessed' || reason.key === 'numbers-unit-open'),
    ({ unit }) => unit ?? '',
  );
  return [...groups].map(([guess, columns]) => ({
    id: `column-unit:${guess}${guess === '' ? columns.map(({ column }) => column).join('|') : ''}`.slice(0, 200),
    kind: 'column-unit',
    state: guess === '' ? 'open' : 'suggested',
    data: {
      column: columns[0]?.column ?? '',
      columns: columns.length,
      lowest: Math.min(...columns.map(({ reason }) => Number(reason.data.lowest))),
      highest: Math.max(...columns.map(({ reason }) => Number(reason.data.highest))),
    },
    suggestion: guess === '' ? null : guess,
    choices: [...units],
  }));
}

function spellingDecisions({ spellings, mapping }: DecisionMaterial): Decision[] {
  const settled = new Map(mapping.units.map(({ spelling, unit }) => [spelling, unit]));
  return spellings
    .filter(({ confidence, spelling }) => confidence !== 'high' && settled.get(spelling) !== null)
    .map(({ column, spelling, rows, unit, reason }) => ({
      id: `unit-spelling:${spelling}`,
      kind: 'unit-spelling',
      state: unit === null ? 'open' : 'suggested',
      data: { column, spelling, rows, ...reason.data },
      suggestion: unit,
      choices: [...units],
    }));
}

export const isSettled = (decisions: readonly Decision[]): boolean => decisions.every(({ state }) => state !== 'open');
