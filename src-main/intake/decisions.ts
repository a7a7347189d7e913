/** What a mapping still asks of a person: targets without a column, units that no spelling or value settles, marks that mean two things. */
import type {
  AssayProposal,
  AssayTypeSpelling,
  Category,
  ColumnProposal,
  Decision,
  Join,
  JoinInspection,
  Mapping,
  RelationSpelling,
  RequiredTarget,
  SeenBefore,
  UnitSpelling,
} from '../contract/intake.ts';
import { assayType as assayTypeNames } from '../contract/tasks.ts';
import { partOf } from './part.ts';
import type { Scan } from './scan.ts';
import type { Trial } from './trial.ts';
import { isMassPerVolume, scaleOf, unitOf, units } from './units.ts';

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
  const numeric = values.filter(({ reason }) => reason.key !== 'categories');
  const unit = found('unit', unitFrom, mapping.constants.unit);
  const joined = mapping.join === null ? null : sourceName(mapping.join);
  const relation = columnsOf('relation');
  return [
    found('compound-id', columnsOf('compound-id'), mapping.join?.on.results ?? mapping.constants.compoundId ?? null),
    found('structure', columnsOf('structure'), joined),
    wide
      ? { ...found('assay', values), state: values.length > 0 ? 'met' : 'missing' }
      : found('assay', columnsOf('assay'), mapping.constants.assay),
    { ...found('value', values), state: values.length > 0 ? 'met' : 'missing' },
    numeric.length === 0 && values.length > 0
      ? { ...unit, state: 'not-needed' }
      : unitFrom.length > 0 && unitFrom.length < numeric.length && unitColumns.length === 0
        ? { ...unit, state: 'doubtful' }
        : unit,
    { ...found('relation', relation), optional: true, state: relation.length > 0 ? 'met' : 'not-needed' },
  ];
}

export const sourceName = (join: Join): string =>
  join.kind === 'file' ? join.name : join.kind === 'sheet' ? (join.reading.sheet ?? '') : 'catalogue';

/** How each spelling of the unit column is read, most frequent first; what a person has set comes back as set. */
export function unitSpellings(
  mapping: Mapping,
  trial: Trial,
  assays: readonly AssayProposal[],
  decidedByHand: boolean,
): UnitSpelling[] {
  const column = mapping.columns.find(({ target }) => target === 'unit')?.column;
  if (column === undefined) return [];
  const general = mapping.units.filter(({ assay }) => assay === undefined);
  const byHand = new Map(decidedByHand ? general.map(({ spelling, unit }) => [spelling, unit]) : []);
  const known = new Map(assays.map((assay) => [assay.code, assay]));
  const weightFrom = mapping.columns.some(({ target }) => target === 'molecular-weight') ? 'column' : 'structure';
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
      if (isMassPerVolume(read.unit)) {
        const of = [...seen.assays].map((code) => known.get(code));
        const solubility = of.every((assay) => assay?.assayType === 'ADME');
        // A potency only where the file says so: what nothing is known of may be a solubility.
        const said = solubility || byHand.has(spelling) || of.every((assay) => assay?.confidence === 'high');
        return {
          ...base,
          unit: said ? read.unit : null,
          confidence: said ? 'middle' : 'low',
          reason: solubility
            ? { key: 'mass-per-volume', data: { assays: seen.assays.size } }
            : { key: 'mass-by-weight', data: { assays: seen.assays.size, from: weightFrom } },
        };
      }
      if (read.doubtful && read.unit === 'log10(M)') {
        const { lowest, highest } = seen;
        const data = { unit: read.unit, ...(lowest <= highest ? { lowest, highest } : {}) };
        return { ...base, unit: read.unit, confidence: 'middle', reason: { key: 'logarithm-of-concentration', data } };
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
  readonly join: JoinInspection | null;
  readonly categories: readonly Category[];
  readonly relations: readonly RelationSpelling[];
  readonly assayTypes: readonly AssayTypeSpelling[];
  readonly suspects: readonly Decision[];
  /** What an assay would be called that the file does not name. */
  readonly fileStem: string;
  /** The mapping was handed in: what it leaves out is left out on purpose. */
  readonly byHand: boolean;
};

export function openDecisions(material: DecisionMaterial): Decision[] {
  return [
    ...seenDecisions(material),
    ...readingDecisions(material),
    ...joinDecisions(material),
    ...targetDecisions(material),
    ...columnUnitDecisions(material),
    ...spellingDecisions(material),
    ...categoryDecisions(material),
    ...wordDecisions(material),
    ...material.suspects,
    ...unlistedDecisions(material),
  ].filter(({ id, state }) => state === 'open' || !material.mapping.confirmed.includes(id));
}

function joinDecisions({ join, mapping, byHand, fileStem }: DecisionMaterial): Decision[] {
  if (join === null || (byHand && mapping.join !== null) || join.confidence === 'high') return [];
  const { reason, choices } = join;
  if (reason.key === 'structures-in-results') return [];
  const proposed = join.join ?? choices[0];
  const sure = join.confidence === 'middle' && mapping.join !== null;
  const name = proposed === undefined ? String(reason.data.name ?? fileStem) : sourceName(proposed);
  return [
    {
      id: 'join',
      kind: 'join',
      state: sure ? 'suggested' : 'open',
      data: { name, found: Number(reason.data.found ?? 0), ids: Number(reason.data.ids ?? 0), why: reason.key },
      suggestion: sure ? (mapping.join?.kind ?? null) : null,
      choices: choices.map(({ kind }) => kind),
    },
  ];
}

/** Columns of the same words are one question. */
function categoryDecisions({ categories, mapping, byHand }: DecisionMaterial): Decision[] {
  const decided = new Set(mapping.categories.map(({ column, spelling }) => `${column}\n${spelling}`));
  const doubtful = categories.filter(({ column, spelling, confidence, reason }) =>
    confidence === 'low'
      ? !decided.has(`${column}\n${spelling}`)
      : confidence === 'middle' && !byHand && reason.key !== 'left-out',
  );
  const byColumn = Map.groupBy(doubtful, ({ column }) => column);
  const groups = Map.groupBy(byColumn, ([, words]) =>
    words
      .map(({ spelling }) => spelling)
      .sort()
      .join('|'),
  );
  return [...groups].map(([words, columns]) => {
    const [first] = columns[0]![1];
    const open = columns.some(([, all]) => all.some(({ confidence }) => confidence === 'low'));
    const { column, spelling, rows, label } = first!;
    return {
      id: `category:${columns.length === 1 ? `${column}:` : ''}${words}`.slice(0, 200),
      kind: 'category',
      state: open ? 'open' : 'suggested',
      data: { column, columns: columns.length, spelling, rows },
      suggestion: open ? null : label,
      choices: ['active', 'inactive', 'left-out'],
      columns: columns.map(([name]) => name),
    };
  });
}

/** Spellings of relations and types that nobody knows: their rows are rejected, or taken as OTHER, until somebody says. */
function wordDecisions({ relations, assayTypes, mapping }: DecisionMaterial): Decision[] {
  const decided = new Set(mapping.relations.map(({ spelling }) => spelling));
  return [
    ...relations
      .filter(({ relation, spelling }) => relation === null && !decided.has(spelling))
      .map(
        ({ column, spelling, rows }): Decision => ({
          id: `relation-spelling:${spelling}`,
          kind: 'relation-spelling',
          state: 'suggested',
          data: { column, spelling, rows },
          suggestion: null,
          choices: ['=', '<', '>'],
        }),
      ),
    ...assayTypes
      .filter(({ confidence }) => confidence === 'low')
      .map(
        ({ column, spelling, rows, assayType: taken }): Decision => ({
          id: `assay-type-spelling:${spelling}`,
          kind: 'assay-type-spelling',
          state: 'suggested',
          data: { column, spelling, rows },
          suggestion: taken,
          choices: [...assayTypeNames.options],
        }),
      ),
  ];
}

function unlistedDecisions({ scan }: DecisionMaterial): Decision[] {
  if (scan.whole) return [];
  const data = { rows: scan.rows };
  return [{ id: 'unlisted', kind: 'unlisted', state: 'suggested', data, suggestion: null, choices: [] }];
}

function seenDecisions({ seenBefore, mapping }: DecisionMaterial): Decision[] {
  return seenBefore
    .filter(({ state, sheet }) => state === 'committed' && sheet === partOf(mapping.reading))
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

function targetDecisions({ required, proposals, fileStem, byHand, join }: DecisionMaterial): Decision[] {
  const unused = proposals.filter(({ target }) => target === 'unused').map(({ column }) => column);
  const choicesFor = (target: RequiredTarget['target']) =>
    target === 'value'
      ? unused
      : proposals
          .filter((one) => one.target === 'unused' && one.alternatives.some((other) => other === target))
          .map(({ column }) => column);
  /** Where nothing looks like structures, the person may still know the column. */
  const offered = (target: RequiredTarget['target']) => {
    const fitting = choicesFor(target);
    return target === 'structure' && fitting.length === 0 ? unused : fitting;
  };
  return required
    .filter(({ target, state }) => {
      if (target === 'unit') return false; // asked for column by column
      // A column that is called relation and does not read as one: leaving it out would turn every ">" into "=".
      if (target === 'relation') return state === 'not-needed' && !byHand && choicesFor(target).length > 0;
      // Where the structures may come from elsewhere, that is the question.
      if (target === 'structure') return state === 'missing' && (join === null || join.choices.length === 0);
      return state === 'missing';
    })
    .map(({ target }) =>
      target === 'compound-id'
        ? {
            id: 'no-compound-id',
            kind: 'no-compound-id',
            state: 'open',
            data: {},
            suggestion: null,
            choices: [...choicesFor(target), 'structure', 'row-number'],
          }
        : {
            id: `target:${target}`,
            kind: 'target',
            state: 'open',
            data: { target },
            suggestion: target === 'assay' ? fileStem : null,
            choices: offered(target),
          },
    );
}

/** Columns with the same guess are one question: nobody answers it a hundred times. */
function columnUnitDecisions({ mapping, proposals }: DecisionMaterial): Decision[] {
  const hasUnitColumn = mapping.columns.some(({ target }) => target === 'unit');
  if (hasUnitColumn || mapping.constants.unit !== null) return [];
  const groups = Map.groupBy(
    proposals.filter(
      ({ reason, confidence }) =>
        reason.key === 'numbers-unit-guessed' ||
        reason.key === 'numbers-unit-open' ||
        (reason.key === 'numbers-with-unit' && reason.data.from === 'header' && confidence === 'middle'),
    ),
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
  const general = mapping.units.filter(({ assay }) => assay === undefined);
  const settled = new Map(general.map(({ spelling, unit }) => [spelling, unit]));
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
