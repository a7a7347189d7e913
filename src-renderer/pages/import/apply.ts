/** What a decision makes of a mapping. */
import type { Correction, Mapping, Target } from '../../../src-main/contract/intake.ts';
import type { Following } from './decided.ts';

export function apply(mapping: Mapping, decided: Following): Mapping {
  switch (decided.kind) {
    case 'target':
      return withTarget(mapping, decided.column, decided.target);
    case 'unit':
      return withColumn(mapping, decided.column, { unit: decided.unit });
    case 'assayOf':
      return withColumn(mapping, decided.column, { assay: decided.assay });
    case 'spelling': {
      const { spelling, unit } = decided;
      const others = mapping.units.filter((known) => known.spelling !== spelling || known.assay !== undefined);
      return { ...mapping, units: [...others, { spelling, unit }] };
    }
    case 'unitOfAssays': {
      const { spelling, unit, assays } = decided;
      const about = new Set(assays);
      const others = mapping.units.filter((known) => known.spelling !== spelling || !about.has(known.assay ?? ''));
      return { ...mapping, units: [...others, ...assays.map((assay) => ({ spelling, unit, assay }))] };
    }
    case 'constantAssay':
      return withConstants(mapping, { assay: decided.assay });
    case 'constantUnit':
      return withConstants(mapping, { unit: decided.unit });
    case 'constantRelation':
      return withConstants(mapping, { relation: decided.relation });
    case 'constantAssayType':
      return withConstants(mapping, { assayType: decided.type });
    case 'constantId':
      return withConstants(mapping, { compoundId: decided.from });
    case 'assayType':
      return withAssay(mapping, decided.assay, { assayType: decided.type });
    case 'assayScale':
      return withAssay(mapping, decided.assay, { scale: decided.scale });
    case 'assayDirection':
      return withAssay(mapping, decided.assay, { direction: decided.direction });
    case 'layout':
      return withLayout(mapping, decided.layout);
    case 'leftOut':
      return { ...mapping, missing: [...new Set([...mapping.missing, decided.spelling])] };
    case 'decimalMark':
      // The other mark then groups thousands: that is what the question was about.
      return {
        ...mapping,
        reading: { ...mapping.reading, decimalMark: decided.mark, thousands: decided.mark === '.' ? ',' : '.' },
      };
    case 'quotes':
      return { ...mapping, reading: { ...mapping.reading, quote: null } };
    case 'category': {
      const { columns, spelling, label } = decided;
      const others = mapping.categories.filter((one) => one.spelling !== spelling || !columns.includes(one.column));
      return { ...mapping, categories: [...others, ...columns.map((column) => ({ column, spelling, label }))] };
    }
    case 'relationSpelling': {
      const { spelling, relation } = decided;
      const others = mapping.relations.filter((one) => one.spelling !== spelling);
      return { ...mapping, relations: [...others, { spelling, relation }] };
    }
    case 'assayTypeSpelling': {
      const { spelling, type } = decided;
      const others = mapping.assayTypes.filter((one) => one.spelling !== spelling);
      return { ...mapping, assayTypes: [...others, { spelling, assayType: type }] };
    }
    case 'key':
      return withKey(mapping, decided.side, decided.column);
    case 'conflicts': {
      const { join } = mapping;
      return join === null ? mapping : { ...mapping, join: { ...join, conflicts: decided.take } };
    }
    case 'duplicates':
      return { ...mapping, duplicates: decided.rule };
    case 'listAssays': {
      const listed = new Set(mapping.assays.map(({ code }) => code));
      const added = Object.entries(decided.assays).filter(([code]) => !listed.has(code));
      return { ...mapping, assays: [...mapping.assays, ...added.map(([code, taken]) => ({ code, ...taken }))] };
    }
    case 'corrected':
      return withCorrected(mapping, decided.line, decided.cells);
    case 'confirmed':
      return { ...mapping, confirmed: [...new Set([...mapping.confirmed, decided.id])] };
  }
}

/** A cell that says again what the file says is no correction; one that is corrected anew keeps what the file says. */
function withCorrected(
  mapping: Mapping,
  line: number,
  cells: Readonly<Record<string, Pick<Correction, 'found' | 'text'>>>,
): Mapping {
  const { corrections = [], ...rest } = mapping;
  const known = new Map(corrections.map((one) => [`${one.line} ${one.column}`, one]));
  for (const [column, cell] of Object.entries(cells)) {
    const key = `${line} ${column}`;
    const found = known.get(key)?.found ?? cell.found;
    if (found === cell.text) known.delete(key);
    else known.set(key, { line, column, found, text: cell.text });
  }
  return known.size === 0 ? rest : { ...rest, corrections: [...known.values()] };
}

/** Targets that one column alone can have. */
const single: readonly Target[] = [
  'compound-id',
  'structure',
  'assay',
  'assay-type',
  'relation',
  'unit',
  'molecular-weight',
];

type MappedColumn = Mapping['columns'][number];

const withColumn = (mapping: Mapping, name: string, change: Partial<MappedColumn>): Mapping => ({
  ...mapping,
  columns: mapping.columns.map((column) => (column.column === name ? { ...column, ...change } : column)),
});

const withConstants = (mapping: Mapping, change: Partial<Mapping['constants']>): Mapping => ({
  ...mapping,
  constants: { ...mapping.constants, ...change },
});

const withAssay = (mapping: Mapping, code: string, change: Partial<Mapping['assays'][number]>): Mapping => ({
  ...mapping,
  assays: mapping.assays.map((assay) => (assay.code === code ? { ...assay, ...change } : assay)),
});

function withTarget(mapping: Mapping, name: string, target: Target): Mapping {
  const changed = mapping.columns.map((column): MappedColumn => {
    if (column.column === name) {
      return { ...column, target, assay: target === 'assay-value' ? (column.assay ?? name) : null };
    }
    const displaced = single.includes(target) && column.target === target;
    return displaced ? { ...column, target: 'unused', unit: null, assay: null } : column;
  });
  return { ...mapping, layout: layoutWith(mapping.layout, target), columns: changed };
}

/** A file of compounds alone that is given values after all. */
function layoutWith(layout: Mapping['layout'], target: Target): Mapping['layout'] {
  if (layout !== 'structures') return layout;
  return target === 'value' ? 'long' : target === 'assay-value' ? 'wide' : layout;
}

/** What compounds alone can be told by. */
const ofCompounds: readonly Target[] = ['compound-id', 'structure', 'unused'];

/** The values of a long file become assays of a wide one, and the other way round; of compounds alone there are none. */
function withLayout(mapping: Mapping, layout: Mapping['layout']): Mapping {
  const columns = mapping.columns.map((column): MappedColumn => {
    if (layout === 'wide' && column.target === 'value') {
      return { ...column, target: 'assay-value', assay: column.assay ?? column.column };
    }
    if (layout === 'wide' && column.target === 'assay') return { ...column, target: 'unused' };
    if (layout === 'long' && column.target === 'assay-value') return { ...column, target: 'value', assay: null };
    if (layout === 'structures' && !ofCompounds.includes(column.target)) {
      return { ...column, target: 'unused', unit: null, assay: null };
    }
    return column;
  });
  const confirmed =
    layout === 'structures' ? [...new Set([...mapping.confirmed, 'structures-only'])] : mapping.confirmed;
  return { ...mapping, layout, columns, confirmed };
}

function withKey(mapping: Mapping, side: 'results' | 'structures', column: string): Mapping {
  const { join } = mapping;
  if (join === null) return mapping;
  if (join.kind === 'catalogue') {
    return side === 'results' ? { ...mapping, join: { ...join, on: { results: column } } } : mapping;
  }
  return { ...mapping, join: { ...join, on: { ...join.on, [side]: column } } };
}
