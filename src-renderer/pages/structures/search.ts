/** What the address of Structures holds: the filters, so that a view can be shared and gone back to. */
import * as z from 'zod';
import { standardisationStep, structureFailure, structureFilter } from '../../../src-main/contract/chemistry.ts';

export const structuresSearch = z.object({
  filter: structureFilter.optional(),
  step: standardisationStep.optional(),
  failure: structureFailure.optional(),
  search: z.string().optional(),
  /** The row whose details stand at the right. */
  row: z.number().int().optional(),
});
export type StructuresSearch = z.infer<typeof structuresSearch>;
