/** One raw row under a mapping: the measurements it holds, and every doubt about it in words that a person can act on. */
import type { Expectation, Mapping, RowReason, Scale, Severity, Unit } from '../contract/intake.ts';
import { usualPRange } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import { assayTypeOf } from './column-fits.ts';
import { numberParser, plainText } from './numbers.ts';
import { lineLimit, type Row, shortened } from './raw-row.ts';
import { type Relation, type RelationReading, relationOf } from './relations.ts';
import { molBlockColumn } from './sdf.ts';
import { rangeOf } from './trial.ts';
import { admeWord } from './unit-guess.ts';
import { isAdmeUnit, scaleOf, toScale, unitOf } from './units.ts';
import { readValueCell } from './value-cell.ts';

export type Measurement = {
  readonly companyId: string;
  readonly structure: string;
  readonly structureKind: 'smiles' | 'molblock';
  readonly assay: string;
  readonly assayType: AssayType;
  /** Of the stored value, after any flip. */
  readonly relation: Relation;
  readonly value: number;
  readonly scale: Scale;
  readonly givenRelation: string;
  readonly givenValue: string;
  readonly givenUnit: string;
};

export type Finding = {
  readonly column: string;
  readonly found: string;
  readonly expected: Expectation;
  readonly reason: RowReason;
  readonly severity: Severity;
};

export type Interpretation = {
  readonly state: 'ready' | 'warned' | 'rejected' | 'ignored';
  readonly measurements: readonly Measurement[];
  readonly findings: readonly Finding[];
};

/** Beyond these no -log10(mol/L) can be measured, in whatever unit. */
const possibleP = { low: -1.5, high: 16 } as const;

export type Interpreter = (row: Row) => Interpretation;

/**
 * @param columns of the table; those that the mapping does not know are data fields that were not in the scanned part
 */
export function interpreter(mapping: Mapping, columns: readonly string[]): Interpreter {
  const parse = numberParser(mapping.reading);
  const position = (target: string) => {
    const column = mapping.columns.find((one) => one.target === target)?.column;
    return column === undefined ? -1 : columns.indexOf(column);
  };
  const at = {
    id: position('compound-id'),
    structure: position('structure'),
    assay: position('assay'),
    relation: position('relation'),
    unit: position('unit'),
    type: position('assay-type'),
  };
  const values = mapping.columns
    .filter(({ target }) => target === 'value' || target === 'assay-value')
    .map(({ column, target, unit, assay }) => ({
      column,
      unit,
      assay: target === 'assay-value' ? (assay ?? column) : null,
      position: columns.indexOf(column),
    }))
    .filter((one) => one.position >= 0);
  const missing = new Set(mapping.missing);
  const units = new Map(mapping.units.map(({ spelling, unit }) => [spelling, unit]));
  const assays = new Map(mapping.assays.map((assay) => [assay.code, assay]));
  const mapped = new Set(mapping.columns.map(({ column }) => column));
  const headers = mapping.columns.map(({ column }) => column);
  const used = mapping.columns
    .filter(({ target }) => target !== 'unused')
    .map(({ column }) => columns.indexOf(column))
    .filter((where) => where >= 0);

  const cellAt = (row: Row, where: number): string => {
    const cell = where < 0 ? '' : (row.cells[where] ?? '').trim();
    return missing.has(cell) ? '' : cell;
  };

  function interpret(row: Row): Interpretation {
    if (row.problem !== undefined) return rejected([problemFinding(row, columns, mapping)]);
    if (row.cells.every((cell) => cell.trim() === ''))
      return ignored('blank-row', '', '', { key: 'content', data: {} });
    if (values.every((one) => cellAt(row, one.position) === '')) {
      const first = values[0];
      const found = first === undefined ? '' : (row.cells[first.position] ?? '');
      return ignored('no-value', first?.column ?? '', found, { key: 'number', data: example });
    }
    if (row.cells.length >= headers.length && headers.every((name, i) => row.cells[i]?.trim() === name)) {
      return ignored('repeated-header', headers[0] ?? '', headers[0] ?? '', { key: 'content', data: {} });
    }
    const undecodable = used.find((where) => row.cells[where]?.includes('\ufffd') === true);
    if (undecodable !== undefined) {
      return rejected([
        {
          column: columns[undecodable] ?? '',
          found: shortened(row.cells[undecodable] ?? ''),
          expected: { key: 'readable-characters', data: { encoding: mapping.reading.encoding ?? '' } },
          reason: 'undecodable',
          severity: 'rejected',
        },
      ]);
    }
    const whole = wholeRowFinding(row);
    return whole === undefined ? interpretValues(row) : rejected([whole]);
  }

  /** What every value of the row needs. */
  function wholeRowFinding(row: Row): Finding | undefined {
    const needs = (
      expected: 'compound-id' | 'structure' | 'plain-value',
      where: number,
      reason: RowReason,
    ): Finding => ({
      column: columns[where] ?? '',
      found: shortened(row.cells[where] ?? ''),
      expected: { key: expected, data: {} },
      reason,
      severity: 'rejected',
    });
    const altered = [at.id, at.structure, at.assay, at.unit, at.relation].find((where) => row.marks?.has(where));
    if (altered !== undefined) return needs('plain-value', altered, markReasons[row.marks?.get(altered) ?? 'error']);
    if (cellAt(row, at.id) === '') return needs('compound-id', at.id, 'no-compound-id');
    const structure = cellAt(row, at.structure);
    if (structure === '' || isEmptyBlock(structure)) return needs('structure', at.structure, 'no-structure');
    return undefined;
  }

  const assayOf = (row: Row, ofColumn: string | null): string =>
    ofColumn ?? (at.assay < 0 ? (mapping.constants.assay ?? '') : cellAt(row, at.assay));

  function interpretValues(row: Row): Interpretation {
    const structureCell = row.cells[at.structure] ?? '';
    const isBlock = columns[at.structure] === molBlockColumn || structureCell.includes('M  END');
    const shared = {
      companyId: cellAt(row, at.id),
      structure: isBlock ? structureCell : structureCell.trim(),
      structureKind: isBlock ? ('molblock' as const) : ('smiles' as const),
    };
    const measurements: Measurement[] = [];
    const findings: Finding[] = [];
    for (const column of values) {
      if (cellAt(row, column.position) === '') continue;
      const found = interpretValue(row, column);
      findings.push(...found.findings);
      if (found.measurement !== undefined) measurements.push({ ...shared, ...found.measurement });
    }
    for (let extra = headers.length; extra < row.cells.length && mapping.reading.format === 'sdf'; extra += 1) {
      if (row.cells[extra] === '' || mapped.has(columns[extra] ?? '')) continue;
      findings.push({
        column: columns[extra] ?? '',
        found: shortened(row.cells[extra] ?? ''),
        expected: { key: 'mapped-field', data: {} },
        reason: 'unknown-field',
        severity: 'warned',
      });
    }
    const state = measurements.length === 0 ? 'rejected' : findings.length === 0 ? 'ready' : ('warned' as const);
    return { state, measurements, findings };
  }

  type Value = Omit<Measurement, 'companyId' | 'structure' | 'structureKind'>;

  function interpretValue(
    row: Row,
    column: (typeof values)[number],
  ): { readonly measurement?: Value; readonly findings: readonly Finding[] } {
    const cell = row.cells[column.position] ?? '';
    const found = shortened(cell);
    const finding = (
      reason: RowReason,
      expected: Expectation,
      about: { readonly severity?: Severity; readonly column?: string; readonly found?: string } = {},
    ): Finding => ({ column: column.column, found, severity: 'rejected', ...about, reason, expected });
    const refuse = (...args: Parameters<typeof finding>) => ({ findings: [finding(...args)] });

    const mark = row.marks?.get(column.position);
    if (mark !== undefined) return refuse(markReasons[mark], { key: 'plain-value', data: {} });
    const value = readValueCell(cell, parse);
    if (value === undefined) {
      return refuse('not-a-number', { key: 'number', data: { decimalMark: mapping.reading.decimalMark } });
    }

    const relation = relationIn(row, value.relation, value.writtenRelation);
    if ('reason' in relation) return refuse(relation.reason, relation.expected, relation.about);

    const code = assayOf(row, column.assay);
    if (code === '')
      return refuse('no-assay', { key: 'assay-code', data: {} }, { column: columns[at.assay] ?? '', found: '' });
    const assay = assays.get(code);
    const unit = unitIn(row, column.unit, value.unit, value.writtenUnit);
    if ('reason' in unit) return refuse(unit.reason, unit.expected, unit.about);
    const assayType = assay?.assayType ?? typeOf(row, code, unit.unit);
    const scale = scaleOf(unit.unit);
    if (unit.unit === 'ug/mL' && assayType !== 'ADME' && !unit.decided) {
      return refuse('unit-needs-weight', { key: 'molar-unit', data: {} }, { found: unit.written });
    }
    if (assay !== undefined && assay.scale !== scale) {
      const expected = { key: 'fitting-unit', data: { assay: code, scale: assay.scale } } as const;
      return refuse('unit-does-not-fit-assay', expected, { found: unit.written });
    }

    const stored = toScale(value.number, relation.relation, unit.unit);
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
        assay: code,
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

  type Refusal = {
    readonly reason: RowReason;
    readonly expected: Expectation;
    readonly about: { readonly column?: string; readonly found: string };
  };

  /** In the cell, in the relation column, or in neither: then it is "=". A plain "=" beside "> 10" gives way to it. */
  function relationIn(
    row: Row,
    inCell: RelationReading | undefined,
    writtenInCell: string,
  ): (RelationReading & { readonly written: string }) | Refusal {
    const written = cellAt(row, at.relation);
    const inColumn = written === '' ? undefined : relationOf(plainText(written));
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
    const chosen = inCell ?? inColumn ?? { relation: '=' as const, approximate: false };
    return {
      relation: chosen.relation,
      approximate: chosen.approximate || inColumn?.approximate === true,
      written: writtenInCell || written,
    };
  }

  function unitIn(
    row: Row,
    ofColumn: Unit | null,
    inCell: Unit | undefined,
    writtenInCell: string,
  ): { readonly unit: Unit; readonly written: string; readonly decided: boolean } | Refusal {
    const spelling = cellAt(row, at.unit);
    const ofSpelling = spelling === '' ? undefined : unitOfSpelling(spelling);
    const about = { column: columns[at.unit] ?? '', found: spelling };
    if (spelling !== '' && (ofSpelling === undefined || ofSpelling === null)) {
      const byMass = unitOf(spelling)?.unit === 'ug/mL';
      return byMass
        ? { reason: 'unit-needs-weight', expected: { key: 'molar-unit', data: {} }, about }
        : { reason: 'unknown-unit', expected: { key: 'known-unit', data: {} }, about };
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
    if (unit === undefined) {
      return { reason: 'no-unit', expected: { key: 'unit', data: {} }, about };
    }
    const written = inCell !== undefined ? writtenInCell : spelling !== '' ? spelling : unit;
    return { unit, written, decided: inCell === undefined };
  }

  /** As decided; a spelling that first comes below the part that was scanned counts only when it leaves no doubt. */
  function unitOfSpelling(spelling: string): Unit | null | undefined {
    if (units.has(spelling)) return units.get(spelling);
    const read = unitOf(spelling);
    return read === undefined || read.doubtful || read.unit === 'ug/mL' ? undefined : read.unit;
  }

  /** Of an assay that the mapping does not list, since it stands below the part that was scanned for it. */
  const typeOf = (row: Row, code: string, unit: Unit): AssayType =>
    assayTypeOf(cellAt(row, at.type)) ?? (isAdmeUnit(unit) || admeWord(code) !== undefined ? 'ADME' : 'OTHER');

  const example = { decimalMark: mapping.reading.decimalMark };
  return interpret;
}

const markReasons = {
  date: 'spreadsheet-date',
  error: 'spreadsheet-error',
  formula: 'formula-without-result',
} as const;

const rejected = (findings: readonly Finding[]): Interpretation => ({ state: 'rejected', measurements: [], findings });

const ignored = (reason: RowReason, column: string, found: string, expected: Expectation): Interpretation => ({
  state: 'ignored',
  measurements: [],
  findings: [{ column, found: shortened(found), expected, reason, severity: 'ignored' }],
});

/** A mol block without a single atom says that the structure is not known. */
const isEmptyBlock = (structure: string): boolean =>
  structure.includes('M  END') &&
  (/COUNTS 0 0/.test(structure) || /^ {2}0 .*V2000/.test(structure.split('\n', 4)[3] ?? ''));

function problemFinding(row: Row, columns: readonly string[], mapping: Mapping): Finding {
  const reason = row.problem?.reason ?? 'ragged-row';
  const expected: Record<typeof reason, Expectation> = {
    'ragged-row': { key: 'cells', data: { count: columns.length } },
    'broken-quote': { key: 'closed-quote', data: {} },
    'line-too-long': { key: 'shorter-line', data: { limit: lineLimit } },
    'damaged-record': { key: 'whole-record', data: {} },
    undecodable: { key: 'readable-characters', data: { encoding: mapping.reading.encoding ?? '' } },
    'control-characters': { key: 'plain-characters', data: {} },
  };
  return { column: '', found: row.problem?.found ?? '', expected: expected[reason], reason, severity: 'rejected' };
}
