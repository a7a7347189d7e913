/** What the address of Score holds: the sheet, the task, and whether compounds are being entered. */
import * as z from 'zod';

export const scoreSearch = z.object({
  sheet: z.string().optional(),
  task: z.number().int().optional(),
  enter: z.boolean().optional(),
});
