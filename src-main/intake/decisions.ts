/** What a mapping still asks of a person: targets without a column, units that no spelling or value settles, marks that mean two things. */
import type {
  AssayTypeSpelling,
  Category,
  ColumnProposal,
  Decision,
  JoinInspection,
  Mapping,
  RelationSpelling,
  RequiredTarget,
  SeenBefore,
  UnitSpelling,
} from '../contract/intake.ts';
import { assayType as assayTypeNames } from '../contract/tasks.ts';
import { readHeader } from './header-words.ts';
import { partOf } from './part.ts';
import { sourceName } from './required-targets.ts';
import type { Scan } from './scan.ts';
import { unitOfHeader, units } from './units.ts';

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
    ...structuresOnlyDecisions(material),
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

/** Compounds without values are what was meant, or the values were not found: where a column may hold some, a person says. */
function structuresOnlyDecisions({ scan, mapping, proposals }: DecisionMaterial): Decision[] {
  const id = 'structures-only';
  if (mapping.layout !== 'structures' || scan.proposed.layout !== 'structures' || mapping.confirmed.includes(id)) {
    return [];
  }
  const possible = proposals.filter(
    ({ column, target, alternatives }) =>
      target === 'unused' &&
      (alternatives.includes('value') ||
        (readHeader(column).get('value') ?? 0) > 0 ||
        unitOfHeader(column) !== undefined),
  );
  const state = possible.length > 0 ? 'open' : 'suggested';
  const data = { columns: possible.length, column: possible[0]?.column ?? '' };
  return [{ id, kind: id, state, data, suggestion: null, choices: [] }];
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
