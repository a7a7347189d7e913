/** What the address of Train holds: what is looked at. */
import * as z from 'zod';

export const trainView = z.enum(['now', 'benefit', 'tasks', 'runs']);
export type TrainView = z.infer<typeof trainView>;

export const trainSearch = z.object({ view: trainView.optional(), run: z.string().optional() });
