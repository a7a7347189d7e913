/** Templates: mappings with a name. */
import * as z from 'zod';
import { layout, mapping, target, templateUsed } from './mapping.ts';
import { fileFormat, readingPart } from './reading.ts';
import { count } from './reason.ts';

/** 1 to 120 characters, none of them at the border a space. */
export const templateName = z.string().trim().min(1).max(120);

export const template = templateUsed.extend({
  /** Of the last version. */
  person: z.string(),
  createdAt: z.string(),
  changedAt: z.string(),
  format: fileFormat,
  layout,
  columns: count,
  /** Committed batches that were read with any version of it. */
  batches: count,
});

/** What the file says that the template does not know, and the other way round. */
export const templateDiff = z.object({
  /** Columns that only the file has; under the template they are not used. */
  added: z.array(z.string()),
  /** Columns that only the template has, with what they were. */
  missing: z.array(z.object({ column: z.string(), target })),
  /** The same column, written otherwise: case, width, spaces. */
  renamed: z.array(z.object({ from: z.string(), to: z.string() })),
  /** Parts of the reading that were found otherwise; the file's own are taken. */
  reading: z.array(z.object({ part: readingPart, from: z.string(), to: z.string() })),
  /** Spellings in the unit column that the template does not read yet; at most 100. */
  unitSpellings: z.array(z.string()),
  /** Assays that the template does not know; at most 100. */
  assays: z.array(z.string()),
});

/** A template that fits the file. Nothing is taken from it unless a person says so. */
export const templateOffer = z.object({
  template: templateUsed,
  /** Exact: the same columns. Near: every difference is in `diff`. */
  fit: z.enum(['exact', 'near']),
  /** Share of the columns that both have. */
  share: z.number().min(0).max(1),
  diff: templateDiff,
  /** The template on this file: hand it to `inspect`, `preview` and `import`. */
  mapping,
});

export type Template = z.infer<typeof template>;
export type TemplateDiff = z.infer<typeof templateDiff>;
export type TemplateOffer = z.infer<typeof templateOffer>;
