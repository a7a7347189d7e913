/** The decisions of a person about a file: enough of each to say it in words and to make it again after a restart. */
import * as z from 'zod';
import {
  decimalMark,
  direction,
  label,
  layout,
  reading,
  relation,
  scale,
  target,
  templateUsed,
  unit,
} from '../../../src-main/contract/intake.ts';
import { assayType } from '../../../src-main/contract/tasks.ts';

const kind = <Kind extends string, Shape extends z.ZodRawShape>(name: Kind, shape: Shape) =>
  z.object({ kind: z.literal(name), ...shape });

/** What the mapping becomes is asked of the engine, or comes with the decision. */
export const withMapping = z.discriminatedUnion('kind', [
  kind('proposal', {}),
  /** Parts of the reading set by hand: the mapping starts afresh. */
  kind('reading', { reading: reading.partial() }),
  /** The file with the structures, added or taken away again. */
  kind('companion', { file: z.string().nullable(), name: z.string() }),
  /** The same of the file with the structures. */
  kind('companionReading', { reading: reading.partial() }),
  kind('template', { template: templateUsed }),
  /** Where the structures come from; null: from the file itself. */
  kind('join', { source: z.enum(['file', 'sheet', 'catalogue']).nullable(), name: z.string() }),
]);

/** What the mapping becomes follows from the one before. */
export const following = z.discriminatedUnion('kind', [
  kind('target', { column: z.string(), target }),
  kind('unit', { column: z.string(), unit: unit.nullable() }),
  kind('spelling', { spelling: z.string(), unit: unit.nullable() }),
  /** Of these assays alone. */
  kind('unitOfAssays', { spelling: z.string(), assays: z.array(z.string()), unit }),
  kind('assayOf', { column: z.string(), assay: z.string() }),
  kind('constantAssay', { assay: z.string().nullable() }),
  kind('constantUnit', { unit: unit.nullable() }),
  kind('constantRelation', { relation: relation.nullable() }),
  kind('constantAssayType', { type: assayType.nullable() }),
  kind('constantId', { from: z.enum(['structure', 'row-number']).nullable() }),
  kind('assayType', { assay: z.string(), type: assayType }),
  kind('assayScale', { assay: z.string(), scale }),
  kind('assayDirection', { assay: z.string(), direction }),
  kind('layout', { layout }),
  kind('leftOut', { spelling: z.string() }),
  kind('decimalMark', { mark: decimalMark }),
  kind('quotes', {}),
  /** How a word in these columns is read. */
  kind('category', { columns: z.array(z.string()), spelling: z.string(), label: label.nullable() }),
  kind('relationSpelling', { spelling: z.string(), relation: relation.nullable() }),
  kind('assayTypeSpelling', { spelling: z.string(), type: assayType }),
  kind('key', { side: z.enum(['results', 'structures']), column: z.string() }),
  kind('conflicts', { take: z.enum(['reject', 'first', 'last']) }),
  kind('duplicates', { rule: z.enum(['count-once', 'keep']) }),
  /** Of one row, for this import alone; the file's text stays beside it. */
  kind('corrected', {
    line: z.number().int(),
    /** By column. */
    cells: z.record(z.string(), z.object({ found: z.string(), text: z.string() })),
  }),
  /** By their codes, as the check has taken them. */
  kind('listAssays', { assays: z.record(z.string(), z.object({ assayType, scale })) }),
  /** Looked at and left as it is: the decision with this id is not asked again. */
  kind('confirmed', { id: z.string(), about: z.string() }),
]);

export const decidedSchema = z.union([withMapping, following]);

export type WithMapping = z.infer<typeof withMapping>;
export type Following = z.infer<typeof following>;
export type Decided = WithMapping | Following;
