/** What a job that takes part in a series is started with; apart from the job, so that the engine can check it unloaded. */
import * as z from 'zod';
import { person } from '../../contract/settings.ts';

export const participateRequest = z.object({
  series: z.string(),
  /** Who started taking part: the packages of all rounds are prepared in this person's name. */
  preparedBy: person,
});

export type ParticipateRequest = z.infer<typeof participateRequest>;
