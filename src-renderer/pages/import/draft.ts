/** The mapping in hand: every decision makes a new one, and the list of them can be walked back and forth. */
import type {
  DecimalMark,
  Inspection,
  Mapping,
  Reading,
  Repair,
  Target,
  Unit,
} from '../../../src-main/contract/intake.ts';
import type { AssayType } from '../../../src-main/contract/tasks.ts';

/** What was decided: enough to say it in words. */
export type Decided =
  | { readonly kind: 'proposal' }
  | { readonly kind: 'target'; readonly column: string; readonly target: Target }
  | { readonly kind: 'unit'; readonly column: string; readonly unit: Unit | null }
  | { readonly kind: 'spelling'; readonly spelling: string; readonly unit: Unit | null }
  | { readonly kind: 'assayOf'; readonly column: string; readonly assay: string }
  | { readonly kind: 'constantAssay'; readonly assay: string | null }
  | { readonly kind: 'constantUnit'; readonly unit: Unit | null }
  | { readonly kind: 'assayType'; readonly assay: string; readonly type: AssayType }
  | { readonly kind: 'layout'; readonly layout: Mapping['layout'] }
  | { readonly kind: 'leftOut'; readonly spelling: string }
  | { readonly kind: 'decimalMark'; readonly mark: DecimalMark }
  | { readonly kind: 'quotes' };

export type Draft = {
  /** Of the file, as it was chosen; the engine knows it by a token until it has been read. */
  readonly name: string;
  /** What a person has set about the reading; the rest is found out. */
  readonly reading: Partial<Reading>;
  /** The first entry is the proposal. Empty until the file has been inspected. */
  readonly history: readonly { readonly decided: Decided; readonly mapping: Mapping }[];
  /** Index of the mapping in force. */
  readonly at: number;
};

export const emptyDraft: Draft = { name: '', reading: {}, history: [], at: -1 };

export const mappingOf = (draft: Draft): Mapping | undefined => draft.history[draft.at]?.mapping;

export const begun = (draft: Draft, inspection: Inspection): Draft => ({
  ...draft,
  history: [{ decided: { kind: 'proposal' }, mapping: inspection.mapping }],
  at: 0,
});

/** Reading anew may change the columns, so the mapping starts afresh. */
export const readAnew = (draft: Draft, reading: Partial<Reading>): Draft => ({
  ...draft,
  reading: { ...draft.reading, ...reading },
  history: [],
  at: -1,
});

export const canUndo = ({ at }: Draft): boolean => at > 0;
export const canRedo = ({ at, history }: Draft): boolean => at < history.length - 1;
export const undone = (draft: Draft): Draft => (canUndo(draft) ? { ...draft, at: draft.at - 1 } : draft);
export const redone = (draft: Draft): Draft => (canRedo(draft) ? { ...draft, at: draft.at + 1 } : draft);

/** A new decision ends what had been taken back. */
export function decide(draft: Draft, decided: Decided): Draft {
  const mapping = mappingOf(draft);
  if (mapping === undefined) return draft;
  const history = [...draft.history.slice(0, draft.at + 1), { decided, mapping: apply(mapping, decided) }];
  return { ...draft, history, at: history.length - 1 };
}

/** Targets that one column alone can have. */
const single: readonly Target[] = ['compound-id', 'structure', 'assay', 'assay-type', 'relation', 'unit'];

export function apply(mapping: Mapping, decided: Decided): Mapping {
  switch (decided.kind) {
    case 'proposal':
      return mapping;
    case 'target':
      return withTarget(mapping, decided.column, decided.target);
    case 'unit':
      return withColumn(mapping, decided.column, { unit: decided.unit });
    case 'assayOf':
      return withColumn(mapping, decided.column, { assay: decided.assay });
    case 'spelling': {
      const { spelling, unit } = decided;
      return {
        ...mapping,
        units: [...mapping.units.filter((known) => known.spelling !== spelling), { spelling, unit }],
      };
    }
    case 'constantAssay':
      return { ...mapping, constants: { ...mapping.constants, assay: decided.assay } };
    case 'constantUnit':
      return { ...mapping, constants: { ...mapping.constants, unit: decided.unit } };
    case 'assayType':
      return {
        ...mapping,
        assays: mapping.assays.map((assay) =>
          assay.code === decided.assay ? { ...assay, assayType: decided.type } : assay,
        ),
      };
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
  }
}

/** The decision that a repair stands for; null where there is nothing to change. */
export function decisionOf(repair: Repair): Decided | null {
  switch (repair.kind) {
    case 'leave-out':
      return { kind: 'leftOut', spelling: repair.spelling };
    case 'read-unit-as':
      return repair.unit === null ? null : { kind: 'spelling', spelling: repair.spelling, unit: repair.unit };
    case 'quotes-are-characters':
      return { kind: 'quotes' };
    // Settled in the mapping step, where there is more to choose from than one rule.
    case 'read-category-as':
    case 'read-relation-as':
    case 'take-structure':
    case 'list-assays':
    case 'keep':
      return null;
  }
}

type MappedColumn = Mapping['columns'][number];

const withColumn = (mapping: Mapping, name: string, change: Partial<MappedColumn>): Mapping => ({
  ...mapping,
  columns: mapping.columns.map((column) => (column.column === name ? { ...column, ...change } : column)),
});

function withTarget(mapping: Mapping, name: string, target: Target): Mapping {
  const changed = mapping.columns.map((column): MappedColumn => {
    if (column.column === name) {
      return { ...column, target, assay: target === 'assay-value' ? (column.assay ?? name) : null };
    }
    const displaced = single.includes(target) && column.target === target;
    return displaced ? { ...column, target: 'unused', unit: null, assay: null } : column;
  });
  return { ...mapping, columns: changed };
}

/** The values of a long file become assays of a wide one, and the other way round. */
function withLayout(mapping: Mapping, layout: Mapping['layout']): Mapping {
  const columns = mapping.columns.map((column): MappedColumn => {
    if (layout === 'wide' && column.target === 'value') {
      return { ...column, target: 'assay-value', assay: column.assay ?? column.column };
    }
    if (layout === 'wide' && column.target === 'assay') return { ...column, target: 'unused' };
    if (layout === 'long' && column.target === 'assay-value') return { ...column, target: 'value', assay: null };
    return column;
  });
  return { ...mapping, layout, columns };
}
