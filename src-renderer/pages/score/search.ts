/** What the address of Score holds: the sheet, the task, and whether compounds are being entered. */
import * as z from 'zod';

export const scoreSearch = z.object({
  sheet: z.string().optional(),
  task: z.number().int().optional(),
  /** Of the task; classes where it is not said. */
  kind: z.enum(['class', 'value']).optional(),
  enter: z.boolean().optional(),
});
