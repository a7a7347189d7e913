/** What the address of Structures holds: the view and its filters, so that it can be shared and gone back to. */
import * as z from 'zod';
import {
  standardisationStep,
  structureFailure,
  structureFilter,
  structureNotice,
} from '../../../src-main/contract/chemistry.ts';

/** A filter of the structures, or what was taken away from them. */
export const structuresView = z.enum([...structureFilter.options, 'salts']);
export type StructuresView = z.infer<typeof structuresView>;

export const structuresSearch = z.object({
  filter: structuresView.optional(),
  step: standardisationStep.optional(),
  failure: structureFailure.optional(),
  notice: structureNotice.optional(),
  /** SMILES of a fragment: only structures that it was taken from. */
  removed: z.string().optional(),
  search: z.string().optional(),
  /** The row whose details stand at the right. */
  row: z.number().int().optional(),
  /** The standard structure whose members stand at the right. */
  group: z.string().optional(),
});
export type StructuresSearch = z.infer<typeof structuresSearch>;
