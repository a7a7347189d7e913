/** One value of a row: its number or word, its relation, its unit, and the scale it is stored in. */
import type { Expectation, Label, Mapping, RowReason, Scale, Severity, Unit } from '../contract/intake.ts';
import { usualPRange } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import { assayTypeOf } from './assay-words.ts';
import { findingReasons } from './finding-reasons.ts';
import type { Finding, Measurement } from './interpret.ts';
import { exactNumbers, numberParser, plainText } from './numbers.ts';
import { ofItsOwn, type Row, shortened } from './raw-row.ts';
import { type Relation, type RelationReading, relationOf } from './relations.ts';
import { rangeOf } from './trial.ts';
import { admeWord } from './unit-guess.ts';
import { isAdmeUnit, isMassPerVolume, scalesOf, toScale, unitOf, usualScale } from './units.ts';
import { readValueCell } from './value-cell.ts';

export type ValueColumn = {
  readonly column: string;
  readonly unit: Unit | null;
  /** Code of the assay that the column is; null in the long layout. */
  readonly assay: string | null;
  readonly position: number;
  readonly categories: ReadonlyMap<string, Label | null> | undefined;
};

/** Type and scale that all values of an assay share. */
export type SettledAssay = { readonly assayType: AssayType; readonly scale: Scale };

export type ValueMeasurement = Omit<Measurement, 'companyId' | 'structure' | 'structureKind'>;

export type ValueInterpreter = {
  readonly columns: readonly ValueColumn[];
  readonly isFilled: (row: Row, column: ValueColumn) => boolean;
  readonly expectedNumber: Expectation;
  /** A plain number above zero in this place, such as a molecular weight. */
  readonly numberAt: (row: Row, where: number) => number | undefined;
  /** @param weigh the row's molecular weight, asked for only where a mass per volume needs it */
  readonly interpret: (
    row: Row,
    column: ValueColumn,
    weigh: () => number | undefined,
  ) => { readonly measurement?: ValueMeasurement; readonly findings: readonly Finding[] };
};

/** Beyond these no -log10(mol/L) can be measured, in whatever unit: pure water has 55 mol/L. */
const possibleP = { low: -1.75, high: 16 } as const;

/** Between its two labels; chemistry.md 1.8 wants +1 and -1. */
const labelValues: Readonly<Record<Label, number>> = { active: 1, inactive: -1 };

export function valueInterpreter(
  mapping: Mapping,
  columns: readonly string[],
  cellAt: (row: Row, where: number) => string,
  known: ReadonlyMap<string, SettledAssay> = new Map(),
): ValueInterpreter {
  const parseText = numberParser(mapping.reading);
  const parseExact = numberParser(exactNumbers);
  const parserAt = (row: Row, where: number) => (row.exact?.has(where) === true ? parseExact : parseText);
  const position = (target: string) => {
    const column = mapping.columns.find((one) => one.target === target)?.column;
    return column === undefined ? -1 : columns.indexOf(column);
  };
  const at = {
    assay: position('assay'),
    relation: position('relation'),
    unit: position('unit'),
    type: position('assay-type'),
  };
  const categories = Map.groupBy(mapping.categories, ({ column }) => column);
  const values = mapping.columns
    .filter(({ target }) => target === 'value' || target === 'assay-value')
    .map(({ column, target, unit, assay }): ValueColumn => {
      const known = categories.get(column);
      return {
        column,
        unit,
        assay: target === 'assay-value' ? (assay ?? column) : null,
        position: columns.indexOf(column),
        categories: known && new Map(known.map(({ spelling, label }) => [spelling, label])),
      };
    })
    .filter((one) => one.position >= 0);
  const units = new Map(
    mapping.units.filter(({ assay }) => assay === undefined).map(({ spelling, unit }) => [spelling, unit]),
  );
  const ofAssays = new Map(
    mapping.units
      .filter(({ assay }) => assay !== undefined)
      .map(({ spelling, unit, assay }) => [`${assay}\n${spelling}`, unit]),
  );
  const relations = new Map(mapping.relations.map(({ spelling, relation }) => [spelling, relation]));
  const types = new Map(mapping.assayTypes.map(({ spelling, assayType }) => [spelling, assayType]));
  const assays = new Map<string, SettledAssay & { readonly code: string }>();
  for (const [code, { assayType, scale }] of known) assays.set(code, { code, assayType, scale });
  for (const { code, assayType, scale } of mapping.assays) {
    assays.set(code, { code, assayType, scale: known.get(code)?.scale ?? scale });
  }
  /** What nothing was known of has the type and scale of its first value. */
  const settle = (code: string, assayType: AssayType, scale: Scale): string => {
    const own = ofItsOwn(code);
    assays.set(own, { code: own, assayType, scale });
    return own;
  };

  const assayOf = (row: Row, ofColumn: string | null): string =>
    ofColumn ?? (at.assay < 0 ? (mapping.constants.assay ?? '') : cellAt(row, at.assay));

  function interpret(row: Row, column: ValueColumn, weigh: () => number | undefined) {
    const cell = row.cells[column.position] ?? '';
    const found = shortened(cell);
    const finding = (
      reason: RowReason,
      expected: Expectation,
      about: { readonly severity?: Severity; readonly column?: string; readonly found?: string } = {},
    ): Finding => ({ column: column.column, found, severity: 'rejected', ...about, reason, expected });
    const refuse = (...args: Parameters<typeof finding>) => ({ findings: [finding(...args)] });

    const mark = row.marks?.get(column.position);
    if (mark !== undefined) return refuse(findingReasons[mark], { key: 'plain-value', data: {} });
    const code = assayOf(row, column.assay);
    if (code === '') {
      return refuse('no-assay', { key: 'assay-code', data: {} }, { column: columns[at.assay] ?? '', found: '' });
    }
    const assay = assays.get(code);
    const parse = parserAt(row, column.position);
    if (column.categories !== undefined) {
      const word = cell.trim();
      const known = column.categories.get(word);
      if (known === null) return refuse('category-left-out', categoryExpected(column), { severity: 'ignored' });
      if (known !== undefined) {
        if (assay !== undefined && assay.scale !== 'binary') return refuse(...doesNotFit(code, assay.scale, word));
        return { findings: [], measurement: labelled(row, code, known, cell) };
      }
      // Words and numbers may share a column; a word that nobody has read yet is no number.
      if (assay?.scale === 'binary' || readValueCell(cell, parse) === undefined) {
        return refuse('unknown-category', categoryExpected(column));
      }
    }
    const value = readValueCell(cell, parse);
    if (value === undefined) return refuse('not-a-number', expectedNumber);

    const relation = relationIn(row, value.relation, value.writtenRelation);
    if ('reason' in relation) return refuse(relation.reason, relation.expected, relation.about);

    const unit = unitIn(row, code, column.unit, value.unit, value.writtenUnit);
    if ('reason' in unit) return refuse(unit.reason, unit.expected, unit.about);
    const assayType = assay?.assayType ?? typeOf(row, code, unit.unit);
    const scale = assay?.scale ?? usualScale(unit.unit, assayType);
    if (!scalesOf(unit.unit).includes(scale)) return refuse(...doesNotFit(code, scale, unit.written));
    const weight = scale === 'p' && isMassPerVolume(unit.unit) ? weigh() : undefined;
    if (scale === 'p' && isMassPerVolume(unit.unit) && weight === undefined) {
      return refuse('unit-needs-weight', { key: 'molecular-weight', data: {} }, { found: unit.written });
    }

    const stored = toScale(value.number, relation.relation, unit.unit, scale, weight);
    if (stored === undefined) return refuse('not-positive', { key: 'positive-number', data: {} });
    if (scale === 'p' && (stored.value < possibleP.low || stored.value > possibleP.high)) {
      return refuse('impossible-value', { key: 'plausible-p', data: { ...possibleP } });
    }
    const doubts: Finding[] = [];
    const range = scale === 'p' ? rangeOf(stored.value) : 'in';
    const warned = { severity: 'warned' } as const;
    if (range !== 'in') {
      const reason = range === 'above' ? 'p-above-range' : 'p-below-range';
      doubts.push(finding(reason, { key: 'usual-p', data: { ...usualPRange } }, warned));
    }
    if (relation.approximate) doubts.push(finding('approximate', { key: 'exact-value', data: {} }, warned));
    return {
      findings: doubts,
      measurement: {
        assay: assay?.code ?? settle(code, assayType, scale),
        assayType,
        relation: stored.relation,
        value: stored.value,
        scale,
        givenRelation: relation.written,
        givenValue: cell,
        givenUnit: unit.written,
      },
    };
  }

  function labelled(row: Row, code: string, label: Label, cell: string): ValueMeasurement {
    const assay = assays.get(code);
    const assayType = assay?.assayType ?? typeOf(row, code, undefined);
    return {
      assay: assay?.code ?? settle(code, assayType, 'binary'),
      assayType,
      relation: '=',
      value: labelValues[label],
      scale: 'binary',
      givenRelation: '',
      givenValue: cell,
      givenUnit: '',
    };
  }

  type Refusal = {
    readonly reason: RowReason;
    readonly expected: Expectation;
    readonly about: { readonly column?: string; readonly found: string };
  };

  /** As decided, else as everybody writes it. */
  const spelledRelation = (written: string): RelationReading | undefined => {
    const decided = relations.get(written);
    if (decided === null) return undefined;
    return decided === undefined ? relationOf(plainText(written)) : { relation: decided, approximate: false };
  };

  /** In the cell, in the relation column, or in neither: then it is the constant or "=". A plain "=" beside "> 10" gives way to it. */
  function relationIn(
    row: Row,
    inCell: RelationReading | undefined,
    writtenInCell: string,
  ): (RelationReading & { readonly written: string }) | Refusal {
    const written = cellAt(row, at.relation);
    const inColumn = written === '' ? undefined : spelledRelation(written);
    const about = { column: columns[at.relation] ?? '', found: written };
    if (written !== '' && inColumn === undefined) {
      return { reason: 'unknown-relation', expected: { key: 'known-relation', data: {} }, about };
    }
    const contradicts =
      inCell !== undefined &&
      inColumn !== undefined &&
      inCell.relation !== inColumn.relation &&
      inColumn.relation !== '=';
    if (contradicts) {
      return {
        reason: 'relations-disagree',
        expected: { key: 'same-relation', data: { relation: inCell.relation } },
        about,
      };
    }
    const otherwise: Relation = mapping.constants.relation ?? '=';
    const chosen = inCell ?? inColumn ?? { relation: otherwise, approximate: false };
    return {
      relation: chosen.relation,
      approximate: chosen.approximate || inColumn?.approximate === true,
      written: writtenInCell || written,
    };
  }

  function unitIn(
    row: Row,
    code: string,
    ofColumn: Unit | null,
    inCell: Unit | undefined,
    writtenInCell: string,
  ): { readonly unit: Unit; readonly written: string } | Refusal {
    const spelling = cellAt(row, at.unit);
    const written = inCell !== undefined ? writtenInCell : spelling;
    const corrected = ofAssays.size === 0 ? undefined : ofAssays.get(`${code}\n${written}`);
    if (corrected !== undefined && corrected !== null) return { unit: corrected, written: written || corrected };
    const ofSpelling = spelling === '' ? undefined : unitOfSpelling(spelling);
    const about = { column: columns[at.unit] ?? '', found: spelling };
    if (spelling !== '' && (ofSpelling === undefined || ofSpelling === null)) {
      return { reason: 'unknown-unit', expected: { key: 'known-unit', data: {} }, about };
    }
    const said = ofSpelling ?? ofColumn ?? mapping.constants.unit ?? undefined;
    if (inCell !== undefined && said !== undefined && inCell !== said) {
      return {
        reason: 'units-disagree',
        expected: { key: 'same-unit', data: { unit: said } },
        about: { found: writtenInCell },
      };
    }
    const unit = inCell ?? said;
    if (unit === undefined || corrected === null)
      return { reason: 'no-unit', expected: { key: 'unit', data: {} }, about };
    return { unit, written: written || unit };
  }

  /** As decided; a spelling that first comes below the part that was scanned counts only when it leaves no doubt. */
  function unitOfSpelling(spelling: string): Unit | null | undefined {
    if (units.has(spelling)) return units.get(spelling);
    const read = unitOf(spelling);
    return read === undefined || read.doubtful ? undefined : read.unit;
  }

  /** Of an assay that the mapping does not list, since it stands below the part that was scanned for it. */
  function typeOf(row: Row, code: string, unit: Unit | undefined): AssayType {
    const word = cellAt(row, at.type);
    const said = word === '' ? undefined : (types.get(word) ?? assayTypeOf(word));
    const adme = (unit !== undefined && isAdmeUnit(unit)) || admeWord(code) !== undefined;
    return said ?? mapping.constants.assayType ?? (adme ? 'ADME' : 'OTHER');
  }

  const expectedNumber: Expectation = { key: 'number', data: { decimalMark: mapping.reading.decimalMark } };
  return {
    columns: values,
    isFilled: (row, { position: where, categories: known }) =>
      cellAt(row, where) !== '' || known?.has((row.cells[where] ?? '').trim()) === true,
    expectedNumber,
    numberAt(row, where) {
      const cell = cellAt(row, where);
      const number = cell === '' ? undefined : parserAt(row, where)(plainText(cell));
      return number !== undefined && number > 0 ? number : undefined;
    },
    interpret,
  };
}

const doesNotFit = (assay: string, scale: Scale, found: string) =>
  ['unit-does-not-fit-assay', { key: 'fitting-unit', data: { assay, scale } }, { found }] as const;

const categoryExpected = ({ categories }: ValueColumn): Expectation => ({
  key: 'known-category',
  data: { spellings: [...(categories?.keys() ?? [])].slice(0, 6).join(', ') },
});
