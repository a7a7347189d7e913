import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSetting, writeSetting } from '../../src-main/catalog/settings.ts';
import { type Progress, unattended } from '../../src-main/contract/progress.ts';
import { runJob } from '../../src-main/engine/commands/command.ts';
import { timeLeft } from '../../src-main/engine/jobs.ts';
import { startTestEngine, type TestEngine } from './engine-for-tests.ts';

describe('a job', () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await startTestEngine({ prepared: true });
  });
  afterEach(() => test.close());

  it('is ended with its thread when it does not stop, and its open transaction is rolled back', async () => {
    const { access, jobs, events, workspace } = test.engine.context;
    await access.unlockRemembered();
    const { id } = await jobs().start('import', { reports: false, writes: true });
    for await (const job of events.follow('job', undefined)) if (job.id === id && job.step !== null) break;
    await jobs().cancel(id);
    expect((await jobs().finished(id)).state).toBe('cancelled');
    expect(readSetting(workspace().catalog, 'half')).toBeUndefined();
    writeSetting(workspace().catalog, 'whole', 1);
  });

  it('goes on after the process was killed, from where it was; one that cannot is reported', async () => {
    const process_ = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('./killed-engine.ts', import.meta.url)),
        test.folder,
        test.engine.context.host.configurationFolder,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface(process_.stdout), 'line')) as [string];
    const { counting, spinning } = JSON.parse(line) as { readonly counting: string; readonly spinning: string };
    process_.kill('SIGKILL');
    await once(process_, 'exit');

    const { access, jobs } = test.engine.context;
    await access.unlockRemembered();
    expect(await jobs().finished(counting)).toMatchObject({ state: 'done', result: { counted: 400 } });
    expect((jobs().read(counting).result as { readonly from: number }).from).toBeGreaterThanOrEqual(20);
    expect(jobs().read(spinning)).toMatchObject({ state: 'failed', error: { code: 'JOB_INTERRUPTED' } });
  });

  it('that needs more memory than its kind may have ends alone, with the file that was too large for it', async () => {
    const { access, jobs, workspace } = test.engine.context;
    await access.unlockRemembered();
    const { id } = await jobs().start('preview', { path: '/somewhere/huge.xlsx' });
    expect(await jobs().finished(id)).toMatchObject({
      state: 'failed',
      error: { code: 'FILE_UNREADABLE', data: { file: 'huge.xlsx', reason: 'too-large' } },
    });
    writeSetting(workspace().catalog, 'still', 'here');
  });
});

describe('a job that a command runs', () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await startTestEngine({ prepared: true });
    await test.engine.context.access.unlockRemembered();
  });
  afterEach(() => test.close());

  it('gives its result, and reports on the way', async () => {
    const reported: Progress[] = [];
    const { signal } = new AbortController();
    const control = { signal, report: (progress: Progress) => void reported.push(progress) };
    expect(await runJob(test.engine.context, 'sample', { to: 200 }, control)).toEqual({ counted: 200, from: 0 });
    expect(reported[0]).toMatchObject({ step: 'count', total: 200, detail: { from: 0 } });
  });

  it('throws its own error', async () => {
    const run = runJob(test.engine.context, 'train', { how: 'known' }, unattended);
    await expect(run).rejects.toMatchObject({ code: 'NOTHING_TO_LEARN', data: { reason: 'no tasks' } });
  });

  it('stops when the command is stopped', async () => {
    const stop = new AbortController();
    const control = { signal: stop.signal, report: () => stop.abort() };
    const run = runJob(test.engine.context, 'sample', { to: 100_000 }, control);
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the time left', () => {
  it('follows the pace of the step once a fiftieth of it is done', () => {
    expect(timeLeft(undefined, 1000)).toBeNull();
    expect(timeLeft({ step: 'a', done: 5 }, 1000)).toBeNull();
    expect(timeLeft({ step: 'a', done: 1, total: 100 }, 1000)).toBeNull();
    expect(timeLeft({ step: 'a', done: 25, total: 100 }, 1000)).toBe(3000);
    expect(timeLeft({ step: 'a', done: 120, total: 100 }, 1000)).toBe(0);
  });
});
