/** A file inspected: its reading, the proposed mapping, and the saved ones that fit. */
import * as z from 'zod';
import {
  assayProposal,
  assayTypeSpelling,
  category,
  column,
  columnProposal,
  conversion,
  decision,
  joinInspection,
  rawRow,
  relationSpelling,
  requiredTarget,
  seenBefore,
  unitSpelling,
} from './found.ts';
import { mapping } from './mapping.ts';
import { reading, readingPart, readingReason } from './reading.ts';
import { confidence, count } from './reason.ts';
import { templateOffer } from './templates.ts';

export const inspection = z.object({
  file: z.object({
    name: z.string(),
    bytes: count,
    /** Of the file as it lies there, hex. */
    sha256: z.string(),
    compressed: z.boolean(),
    seenBefore: z.array(seenBefore),
  }),
  reading,
  readingReasons: z.array(z.object({ part: readingPart, confidence, reason: readingReason })),
  sheets: z.array(z.object({ name: z.string(), rows: count.nullable() })),
  /** Files in a zip that can be read as tables; empty where the file is none. */
  members: z.array(z.object({ name: z.string(), bytes: count })),
  /** What the counts below rest on: the whole file, or its first rows. */
  scanned: z.object({ rows: count, whole: z.boolean() }),
  /** Exact when the whole file was scanned, else estimated. */
  rows: count,
  columns: z.array(column),
  /** The proposal, or the mapping that was handed in, with reasons. */
  mapping,
  proposals: z.array(columnProposal),
  required: z.array(requiredTarget),
  unitSpellings: z.array(unitSpelling),
  assays: z.array(assayProposal),
  conversions: z.array(conversion),
  categories: z.array(category).default([]),
  relationSpellings: z.array(relationSpelling).default([]),
  assayTypeSpellings: z.array(assayTypeSpelling).default([]),
  /** Null where the structures stand in the file and nothing else was offered. */
  join: joinInspection.nullable().default(null),
  decisions: z.array(decision),
  /** The best fit first, at most 3; absent when there is no catalogue to ask. */
  templates: z.array(templateOffer).optional(),
  /** Lines above the header, then the first 50 rows under it, untouched. */
  titleRows: z.array(rawRow),
  rawRows: z.array(rawRow),
});

export type Inspection = z.infer<typeof inspection>;
