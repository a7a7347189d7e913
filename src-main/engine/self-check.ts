/** The check of what models can learn on, once by itself: when there is something to learn from, and nothing learns. */
import type { Job } from '../contract/jobs.ts';
import { readComputing } from './computing.ts';
import type { EventHub } from './event-hub.ts';
import type { Host } from './host.ts';
import type { JobKinds } from './job-kinds.ts';
import type { Jobs } from './jobs.ts';
import { toKnownError } from './known-error.ts';

/** The check that was begun here. Once it has ended by itself, well or not, there is none after it until the next opening. */
type Own = { readonly id: string; state: 'live' | 'gave-way' | 'ended' };

/** Nobody waits for it: it gives way to whatever would learn instead, and is made up for once that has ended. */
export async function checkByItself(
  jobs: Pick<Jobs, 'start' | 'cancel' | 'list'>,
  jobKinds: JobKinds,
  { configurationFolder, log }: Pick<Host, 'configurationFolder' | 'log'>,
  events: Pick<EventHub, 'follow'>,
  signal: AbortSignal,
): Promise<void> {
  const learns = ({ kind }: Job) => kind !== 'check-providers' && jobKinds[kind]?.lane === 'learning';
  const unfinished = ({ state }: Job) => state === 'queued' || state === 'running';
  let own: Own | undefined;
  for await (const job of events.follow('job', signal)) {
    try {
      if (own?.state === 'live' && job.state === 'queued' && learns(job)) {
        own.state = 'gave-way';
        await jobs.cancel(own.id);
      }
      if (own?.state === 'live' && job.id === own.id && !unfinished(job)) own.state = 'ended';
      const isOccasion = job.state === 'done' && (job.kind === 'tasks' || learns(job));
      if (!isOccasion || (own !== undefined && own.state !== 'gave-way')) continue;
      const { report, checksItself } = readComputing(configurationFolder);
      if (report !== null || !checksItself) continue;
      if (jobs.list(20).some((one) => unfinished(one) && (learns(one) || one.kind === 'check-providers'))) continue;
      const { id } = await jobs.start('check-providers', {});
      own = { id, state: 'live' };
    } catch (error) {
      toKnownError(error, log); // to the log: nobody waits for an answer
    }
  }
}
