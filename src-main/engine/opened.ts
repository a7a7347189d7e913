/** What lives as long as a workspace is open: its jobs, uploads, sessions, drawings, and what looks at files. */
import { keptUploads } from '../catalog/drafts.ts';
import { listJobs } from '../catalog/jobs.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { Chemistry } from '../chemistry/pool.ts';
import { auditOpening } from './audited.ts';
import type { EngineOptions } from './engine.ts';
import type { EventHub } from './event-hub.ts';
import type { JobKinds } from './job-kinds.ts';
import { type Jobs, openJobs } from './jobs.ts';
import { type Looks, openLooks } from './looks.ts';
import { checkByItself } from './self-check.ts';
import { openSessions, type Sessions } from './sessions.ts';
import { openUploads, type Uploads } from './uploads.ts';
import { weigher } from './weigher.ts';

export type Opened = {
  readonly workspace: Workspace;
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  readonly sessions: Sessions;
  /** The pool for drawings and other short questions. */
  readonly chemistry: () => Promise<Chemistry>;
  readonly looks: Looks;
  readonly close: () => Promise<void>;
};

/** @param kinds URL of the module whose `jobKinds` are run */
export async function openParts(
  workspace: Workspace,
  events: EventHub,
  { folder, host, kinds, checksProviders, now }: Required<Omit<EngineOptions, 'accounts'>>,
): Promise<Opened> {
  const { jobKinds } = (await import(kinds)) as { readonly jobKinds: JobKinds };
  const sessions = openSessions(workspace, { now, changed: (session) => events.publish('session', session) });
  auditOpening(workspace);
  const ofDrafts = () => keptUploads(workspace.catalog);
  const needed = (token: string) => neededByJob(workspace, token) || ofDrafts().some((one) => one.token === token);
  const forJobs = (token: string) => neededByJob(workspace, token);
  // Before the jobs: one that goes on reads its file at once.
  const uploads = openUploads(folder, workspace.vault, forJobs, needed, ofDrafts());
  const jobs = await openJobs(workspace, { url: kinds, jobKinds }, host, events);
  const closing = new AbortController();
  const cleaning = removeImported(jobs, uploads, events, closing.signal);
  const checking = checksProviders ? checkByItself(jobs, jobKinds, host, events, closing.signal) : undefined;
  const drawings = openDrawings(workspace);
  const looks = openLooks(workspace, weigher(drawings.pool), host.log);
  return {
    workspace,
    jobs,
    uploads,
    sessions,
    chemistry: drawings.pool,
    looks,
    async close() {
      sessions.close();
      await jobs.close();
      closing.abort();
      await cleaning;
      await checking;
      await looks.close();
      uploads.close();
      await drawings.close();
    },
  };
}

const neededByJob = ({ catalog }: Workspace, token: string): boolean =>
  listJobs(catalog, 1000).some((row) => row.finishedAt === null && JSON.stringify(row.request).includes(token));

/** The files of an import that is in the catalogue, unless a draft or another job is about them. */
async function removeImported(
  jobs: Pick<Jobs, 'requestOf'>,
  uploads: Uploads,
  events: EventHub,
  signal: AbortSignal,
): Promise<void> {
  for await (const { id, kind, state, result } of events.follow('job', signal)) {
    if (kind !== 'import' || state !== 'done') continue;
    if ((result as { readonly outcome?: unknown } | null)?.outcome !== 'imported') continue;
    const request = JSON.stringify(jobs.requestOf(id));
    for (const token of uploads.tokens().filter((one) => request.includes(one))) {
      try {
        uploads.letGo(token);
      } catch {
        // Held open by another program: the lock tries again.
      }
    }
  }
}

type Drawings = { readonly pool: () => Promise<Chemistry>; readonly close: () => Promise<void> };

/** One worker for short questions, started when the first one comes and anew when a consortium brings other parameters. */
function openDrawings(workspace: Workspace): Drawings {
  let current: { readonly hash: string; readonly pool: Promise<Chemistry> } | undefined;
  const close = async () => {
    const closing = current;
    current = undefined;
    await closing?.pool.then((pool) => pool.close()).catch(() => {});
  };
  return {
    async pool() {
      // Loaded when first needed: an engine that draws nothing starts without the toolkit.
      const [{ openChemistry }, { parameterHash, readChemistryParameters }] = await Promise.all([
        import('../chemistry/pool.ts'),
        import('../chemistry/parameters.ts'),
      ]);
      const parameters = readChemistryParameters(workspace.catalog);
      const hash = parameterHash(parameters);
      if (current !== undefined && current.hash !== hash) await close();
      current ??= { hash, pool: openChemistry({ parameters, workers: 1 }) };
      return current.pool;
    },
    close,
  };
}
