/** What the address of Train holds: what is looked at. `round` is number and attempt, as `7-1`. */
import * as z from 'zod';

export const trainView = z.enum(['now', 'rounds', 'benefit', 'tasks', 'runs']);
export type TrainView = z.infer<typeof trainView>;

export const trainSearch = z.object({
  view: trainView.optional(),
  run: z.string().optional(),
  round: z.string().optional(),
});
