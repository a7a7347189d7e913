import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src-main/contract/jobs.ts';
import { providerHere, readComputing, writeComputing } from '../../src-main/engine/computing.ts';
import { createEventHub } from '../../src-main/engine/event-hub.ts';
import { jobKinds } from '../../src-main/engine/job-kinds.ts';
import { checkByItself } from '../../src-main/engine/self-check.ts';

const report = {
  ...{ checkedAt: '2026-01-01T00:00:00Z', seconds: 1, providers: [] },
  lesson: { compounds: 1, bits: 1, tasks: 1, hidden: [1], batch: 1 },
};

/** Jobs that do as they are told, and the check that listens to them. */
function watched(configurationFolder: string) {
  const events = createEventHub();
  const all = new Map<string, Job>();
  const cancelled: string[] = [];
  let made = 0;
  const tell = (job: Job) => {
    all.set(job.id, job);
    events.publish('job', job);
  };
  const jobs = {
    start: async (kind: string) => {
      const job = { id: `${kind}-${made++}`, kind, state: 'queued' } as Job;
      tell(job);
      return job;
    },
    cancel: async (id: string) => {
      cancelled.push(id);
      tell({ ...all.get(id)!, state: 'cancelled' });
    },
    list: () => [...all.values()],
  };
  const stop = new AbortController();
  const host = { configurationFolder, log: () => {} };
  const watching = checkByItself(jobs as never, jobKinds, host, events, stop.signal);
  return {
    jobs,
    cancelled,
    end: (job: Job, state: Job['state'] = 'done') => tell({ ...job, state }),
    checks: () => [...all.values()].filter(({ kind }) => kind === 'check-providers'),
    async settled() {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    },
    async close() {
      stop.abort();
      await watching;
    },
  };
}

describe('the check of what models can learn on', () => {
  let folder: string;
  let watch: ReturnType<typeof watched>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-self-check-'));
    watch = watched(folder);
  });
  afterEach(async () => {
    await watch.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const ended = async (kind: string) => {
    watch.end(await watch.jobs.start(kind));
    await watch.settled();
  };

  it('begins by itself once tasks have been built, and only once', async () => {
    await ended('import');
    expect(watch.checks()).toEqual([]);
    await ended('tasks');
    expect(watch.checks()).toHaveLength(1);
    writeComputing(folder, { report });
    watch.end(watch.checks()[0]!);
    await ended('tasks');
    await ended('train');
    expect(watch.checks()).toHaveLength(1);
  });

  it('gives way to what would learn, and is made up for once that has ended', async () => {
    await ended('tasks');
    const training = await watch.jobs.start('train');
    await watch.settled();
    expect(watch.cancelled).toEqual([watch.checks()[0]!.id]);
    watch.end(training);
    await watch.settled();
    expect(watch.checks().map(({ state }) => state)).toEqual(['cancelled', 'queued']);
  });

  it('does not begin beside something that learns', async () => {
    const training = await watch.jobs.start('train');
    await ended('tasks');
    expect(watch.checks()).toEqual([]);
    watch.end(training);
    await watch.settled();
    expect(watch.checks()).toHaveLength(1);
  });

  it('is not tried again in the same session where it failed, and never where a person does not want it', async () => {
    await ended('tasks');
    watch.end(watch.checks()[0]!, 'failed');
    await ended('train');
    expect(watch.checks()).toHaveLength(1);

    const other = watched(folder);
    writeComputing(folder, { checksItself: false });
    other.end(await other.jobs.start('tasks'));
    await other.settled();
    expect(other.checks()).toEqual([]);
    await other.close();
  });

  it('keeps what a person has chosen when only a part of it changes', () => {
    writeComputing(folder, { choice: 'webgpu' });
    writeComputing(folder, { checksItself: false, choice: undefined });
    expect(readComputing(folder)).toEqual({ choice: 'webgpu', checksItself: false, threads: 1, report: null });
    expect(providerHere(folder)).toEqual({ name: 'webgpu', trouble: null });
    writeComputing(folder, { threads: 3 });
    expect(readComputing(folder)).toMatchObject({ choice: 'webgpu', threads: 3 });
    expect(providerHere(folder)).toEqual({ name: 'webgpu', trouble: null, threads: 3 });
  });
});
