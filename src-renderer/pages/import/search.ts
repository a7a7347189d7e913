/** What the address of Import holds: the file in hand and the step it is at, so that a reload goes on there. */
import * as z from 'zod';

export const importSearch = z.object({
  /** Token of a finished upload. */
  file: z.string().optional(),
  step: z.enum(['reading', 'mapping', 'check', 'commit']).optional(),
  /** The job of the check or the import. */
  job: z.string().optional(),
  /** The job of the structures' check. */
  structures: z.string().optional(),
  /** A batch opened from the list. */
  batch: z.number().int().optional(),
});
export type ImportSearch = z.infer<typeof importSearch>;
