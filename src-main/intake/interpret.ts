/** One raw row under a mapping: the measurements it holds, and every doubt about it in words that a person can act on. */
import type { StagedMeasurement } from '../catalog/measurements.ts';
import type { Expectation, Mapping, RowReason, Severity } from '../contract/intake.ts';
import { findingReasons, problemFinding } from './finding-reasons.ts';
import { type SettledAssay, valueInterpreter } from './interpret-value.ts';
import { type Row, shortened } from './raw-row.ts';
import { isEmptyBlock, molBlockColumn } from './sdf.ts';
import type { FoundStructure, StructureSource } from './structure-source.ts';

export type Compound = {
  readonly companyId: string;
  readonly structure: string;
  readonly structureKind: 'smiles' | 'molblock';
};

export type Measurement = Compound & StagedMeasurement;

export type Finding = {
  readonly column: string;
  readonly found: string;
  readonly expected: Expectation;
  readonly reason: RowReason;
  readonly severity: Severity;
};

export type GivenForm = { readonly kind: 'smiles' | 'molblock'; readonly text: string };

export type Interpretation = {
  readonly state: 'ready' | 'warned' | 'rejected' | 'ignored';
  readonly measurements: readonly Measurement[];
  readonly findings: readonly Finding[];
  /** Of a row that holds a compound and, by its mapping, no values. */
  readonly compound?: Compound;
  /** The row would say more if the weight of this structure were known. */
  readonly unweighed?: GivenForm;
};

/** What a row may need from outside its file. */
export type Surroundings = {
  /** By code: what committed batches hold, whose scale their assays keep. */
  readonly knownAssays?: ReadonlyMap<string, SettledAssay> | undefined;
  /** Of a mapping that joins structures. */
  readonly structures?: StructureSource | undefined;
  /** g/mol of a structure, where it is known by now. */
  readonly weightOf?: ((structure: GivenForm) => number | undefined) | undefined;
  /** What ids by row number begin with. */
  readonly fileStem?: string | undefined;
};

export type Interpreter = (row: Row) => Interpretation;

/**
 * @param columns of the table; those that the mapping does not know are data fields that were not in the scanned part
 */
export function interpreter(mapping: Mapping, columns: readonly string[], around: Surroundings = {}): Interpreter {
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
    weight: position('molecular-weight'),
    key: mapping.join === null ? -1 : columns.indexOf(mapping.join.on.results),
  };
  const withoutValues = mapping.layout === 'structures';
  const missing = new Set(mapping.missing);
  const mapped = new Set(mapping.columns.map(({ column }) => column));
  const headers = mapping.columns.map(({ column }) => column);
  const used = mapping.columns
    .filter(({ target, column }) => target !== 'unused' || column === mapping.join?.on.results)
    .map(({ column }) => columns.indexOf(column))
    .filter((where) => where >= 0);

  const cellAt = (row: Row, where: number): string => {
    const cell = where < 0 ? '' : (row.cells[where] ?? '').trim();
    return cell !== '' && missing.size > 0 && missing.has(cell) ? '' : cell;
  };
  const values = valueInterpreter(mapping, columns, cellAt, around.knownAssays);

  function interpret(row: Row): Interpretation {
    if (row.problem !== undefined) return rejected([problemFinding(row, columns, mapping)]);
    if (row.cells.every((cell) => cell.trim() === '')) {
      return ignored('blank-row', '', '', { key: 'content', data: {} });
    }
    if (!withoutValues && values.columns.every((one) => !values.isFilled(row, one))) {
      const first = values.columns[0];
      const found = first === undefined ? '' : (row.cells[first.position] ?? '');
      return ignored('no-value', first?.column ?? '', found, values.expectedNumber);
    }
    if (row.cells.length >= headers.length && headers.every((name, i) => row.cells[i]?.trim() === name)) {
      return ignored('repeated-header', headers[0] ?? '', headers[0] ?? '', { key: 'content', data: {} });
    }
    const undecodable = used.find((where) => row.cells[where]?.includes('\ufffd') === true);
    if (undecodable !== undefined) {
      const encoding = mapping.reading.encoding ?? '';
      return rejected([finding(row, undecodable, 'undecodable', { key: 'readable-characters', data: { encoding } })]);
    }
    const compound = compoundOf(row);
    if ('reason' in compound) return rejected([compound]);
    if (!withoutValues) return interpretValues(row, compound);
    const { weight: _, ...alone } = compound;
    const findings = unknownFields(row);
    return { state: findings.length === 0 ? 'ready' : 'warned', measurements: [], findings, compound: alone };
  }

  type Weighed = Compound & { readonly weight: number | undefined };

  const finding = (row: Row, where: number, reason: RowReason, expected: Expectation): Finding => ({
    column: columns[where] ?? '',
    found: shortened(row.cells[where] ?? ''),
    expected,
    reason,
    severity: 'rejected',
  });

  /** What every value of the row needs. */
  function compoundOf(row: Row): Weighed | Finding {
    const altered = [at.id, at.structure, at.assay, at.unit, at.relation, at.key].find((where) =>
      row.marks?.has(where),
    );
    if (altered !== undefined) {
      const reason = findingReasons[row.marks?.get(altered) ?? 'error'];
      return finding(row, altered, reason, { key: 'plain-value', data: {} });
    }
    if (at.id >= 0 && cellAt(row, at.id) === '') {
      return finding(row, at.id, 'no-compound-id', { key: 'compound-id', data: {} });
    }
    const joined = mapping.join === null ? structureInRow(row) : structureByKey(row);
    if ('reason' in joined) return joined;
    const { structure, structureKind } = joined;
    const companyId = at.id >= 0 ? cellAt(row, at.id) : (joined.companyId ?? idInstead(row, structure, structureKind));
    if (companyId === '') return finding(row, at.id, 'no-compound-id', { key: 'compound-id', data: {} });
    return { companyId, structure, structureKind, weight: values.numberAt(row, at.weight) ?? joined.weight };
  }

  function structureInRow(row: Row): FoundStructure | Finding {
    const cell = row.cells[at.structure] ?? '';
    const bare = cellAt(row, at.structure);
    if (bare === '' || isEmptyBlock(bare)) {
      return finding(row, at.structure, 'no-structure', { key: 'structure', data: {} });
    }
    const isBlock = columns[at.structure] === molBlockColumn || cell.includes('M  END');
    return { structure: isBlock ? cell : cell.trim(), structureKind: isBlock ? 'molblock' : 'smiles' };
  }

  function structureByKey(row: Row): FoundStructure | Finding {
    const key = cellAt(row, at.key);
    if (key === '') return finding(row, at.key, 'no-compound-id', { key: 'compound-id', data: {} });
    const found = around.structures?.find(key);
    if (found === undefined || found.kind === 'missing') {
      const name = around.structures?.name ?? '';
      return finding(row, at.key, 'key-without-structure', { key: 'known-key', data: { name } });
    }
    if (found.kind === 'conflict') {
      return finding(row, at.key, 'two-structures', { key: 'one-structure', data: { structures: found.structures } });
    }
    return { ...found, companyId: found.companyId ?? key };
  }

  /** Decided by a person where no column has ids. */
  function idInstead(row: Row, structure: string, kind: 'smiles' | 'molblock'): string {
    switch (mapping.constants.compoundId ?? null) {
      case 'structure':
        return kind === 'smiles' ? structure : (structure.split('\n', 1)[0]?.trim() ?? '');
      case 'row-number':
        return `${around.fileStem ?? 'row'} ${row.line}`;
      case null:
        return '';
    }
  }

  function interpretValues(row: Row, { companyId, structure, structureKind, weight }: Weighed): Interpretation {
    const measurements: Measurement[] = [];
    const findings: Finding[] = [];
    const form: GivenForm = { kind: structureKind, text: structure };
    let unweighed = false;
    const weigh = () => weight ?? around.weightOf?.(form);
    for (const column of values.columns) {
      if (!values.isFilled(row, column)) continue;
      const { findings: doubts, measurement } = values.interpret(row, column, weigh);
      for (const doubt of doubts) {
        findings.push(doubt);
        unweighed ||= doubt.reason === 'unit-needs-weight';
      }
      if (measurement === undefined) continue;
      const { assay, assayType, relation, value, scale, givenRelation, givenValue, givenUnit } = measurement;
      measurements.push({
        companyId,
        structure,
        structureKind,
        assay,
        assayType,
        relation,
        value,
        scale,
        givenRelation,
        givenValue,
        givenUnit,
      });
    }
    findings.push(...unknownFields(row));
    return { state: stateOf(measurements, findings), measurements, findings, ...(unweighed && { unweighed: form }) };
  }

  /** Of an SDF: data fields that were not there in the scanned part. */
  function unknownFields(row: Row): readonly Finding[] {
    if (mapping.reading.format !== 'sdf' || row.cells.length <= headers.length) return noFindings;
    const findings: Finding[] = [];
    for (let extra = headers.length; extra < row.cells.length; extra += 1) {
      if (row.cells[extra] === '' || mapped.has(columns[extra] ?? '')) continue;
      findings.push({
        ...finding(row, extra, 'unknown-field', { key: 'mapped-field', data: {} }),
        severity: 'warned',
      });
    }
    return findings;
  }

  return interpret;
}

const noFindings: readonly Finding[] = [];

/** A row of words that are left out is ignored; one that is stored in part is warned about. */
function stateOf(measurements: readonly Measurement[], findings: readonly Finding[]): Interpretation['state'] {
  const doubts = findings.filter(({ severity }) => severity !== 'ignored');
  if (measurements.length > 0) return doubts.length === 0 ? 'ready' : 'warned';
  return doubts.length === 0 ? 'ignored' : 'rejected';
}

const rejected = (findings: readonly Finding[]): Interpretation => ({ state: 'rejected', measurements: [], findings });

const ignored = (reason: RowReason, column: string, found: string, expected: Expectation): Interpretation => ({
  state: 'ignored',
  measurements: [],
  findings: [{ column, found: shortened(found), expected, reason, severity: 'ignored' }],
});
