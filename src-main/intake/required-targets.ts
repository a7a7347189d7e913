/** What a table of measurements or of compounds alone cannot do without, and which columns or constants give it. */
import type { ColumnProposal, Join, Mapping, RequiredTarget } from '../contract/intake.ts';

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
  const ofCompounds = [
    found('compound-id', columnsOf('compound-id'), mapping.join?.on.results ?? mapping.constants.compoundId ?? null),
    found('structure', columnsOf('structure'), joined),
  ];
  if (mapping.layout === 'structures') return ofCompounds;
  return [
    ...ofCompounds,
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
