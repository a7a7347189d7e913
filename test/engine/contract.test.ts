import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ORPCError } from '@orpc/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src-main/contract/jobs.ts';
import { chunkBytes } from '../../src-main/contract/upload.ts';
import { createEngine } from '../../src-main/engine/engine.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { knownError } from '../../src-renderer/link/errors.ts';
import { uploadFile } from '../../src-renderer/link/upload.ts';
import { passphrase, startTestEngine, type TestEngine, transports } from './engine-for-tests.ts';
import { signIn } from './sign-in.ts';

describe.each(transports)('the contract over $name', ({ open }) => {
  let test: TestEngine;
  let client: Client;
  let disconnect: () => Promise<void>;

  const start = async (options: { readonly prepared: boolean }) => {
    test = await startTestEngine(options);
    ({ client, close: disconnect } = await open(test.engine));
  };
  const startOpen = async () => {
    await start({ prepared: true });
    await client.workspace.unlockRemembered();
    await signIn(client, { name: 'Ada Berg', role: 'administrator' });
  };
  afterEach(async () => {
    await disconnect();
    await test.close();
  });

  const refusal = async (call: Promise<unknown>) =>
    knownError(
      await call.then(
        () => undefined,
        (error: unknown) => error,
      ),
    );

  describe('a workspace', () => {
    beforeEach(() => start({ prepared: false }));

    it('is absent, made, locked, and unlocked by its passphrase only', async () => {
      expect(await client.workspace.status()).toMatchObject({ state: 'absent', folder: test.folder, host: 'serve' });
      expect(await refusal(client.workspace.create({ passphrase: 'short' }))).toEqual({
        code: 'PASSPHRASE_TOO_SHORT',
        data: { atLeast: 12 },
      });
      expect(await client.workspace.create({ passphrase })).toMatchObject({ state: 'open' });
      expect(await client.workspace.lock()).toMatchObject({ state: 'locked' });
      expect(await refusal(client.jobs.list({}))).toEqual({ code: 'WORKSPACE_LOCKED', data: {} });
      expect(await refusal(client.workspace.unlock({ passphrase: 'correct horse staple' }))).toEqual({
        code: 'WRONG_PASSPHRASE',
        data: {},
      });
      expect(await client.workspace.unlock({ passphrase })).toMatchObject({ state: 'open', remembered: false });
    });

    it('opens with a remembered key until it is forgotten', async () => {
      await client.workspace.create({ passphrase, remember: true });
      expect(await client.workspace.lock()).toMatchObject({ state: 'locked', canRemember: true, remembered: true });
      expect(await client.workspace.unlockRemembered()).toMatchObject({ state: 'open' });
      await client.workspace.lock();
      expect(await client.workspace.forget()).toMatchObject({ remembered: false });
      expect((await refusal(client.workspace.unlockRemembered()))?.code).toBe('NOT_FOUND');
    });

    it('is open in one engine at a time', async () => {
      await client.workspace.create({ passphrase });
      const { host } = test.engine.context;
      const second = await createEngine({ folder: test.folder, host });
      await expect(second.context.access.unlock(passphrase, false)).rejects.toThrow(/WORKSPACE_IN_USE/);
      await client.workspace.lock();
      await second.context.access.unlock(passphrase, false);
      await second.close();
    });

    it('streams its status, first as it is and then as it changes, until the page stops listening', async () => {
      const stop = new AbortController();
      const states: string[] = [];
      const changes = await client.workspace.watch(undefined, { signal: stop.signal });
      for await (const { state } of changes) {
        states.push(state);
        if (states.length === 1) await client.workspace.create({ passphrase });
        if (states.length === 2) await client.workspace.lock();
        if (states.length === 3) break;
      }
      expect(states).toEqual(['absent', 'open', 'locked']);
    });
  });

  describe('settings', () => {
    it('keep language and theme without a workspace', async () => {
      await start({ prepared: true });
      expect(await client.settings.preferences()).toEqual({ language: 'system', theme: 'system' });
      await client.settings.setPreferences({ language: 'ja' });
      expect(await client.settings.setPreferences({ theme: 'dark' })).toEqual({ language: 'ja', theme: 'dark' });
    });
  });

  describe('errors', () => {
    beforeEach(startOpen);

    it('name the field that breaks the contract', async () => {
      const error = await refusal(client.jobs.list({ limit: 0 }));
      expect(error).toMatchObject({ code: 'INPUT_INVALID', data: { issues: [{ path: 'limit' }] } });
    });

    it('outside the closed list reach the page as a log id and nothing else', async () => {
      await client.people.signOut();
      test.engine.context.workspace().catalog.close();
      const error = await client.people.session().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ORPCError);
      const known = knownError(error);
      if (known?.code !== 'INTERNAL') throw new Error('expected INTERNAL');
      expect(test.logged.map(({ logId }) => logId)).toEqual([known.data.logId]);
      expect(JSON.stringify(error)).not.toContain('database');
      expect(test.logged[0]?.error).toMatch(/^TypeError\n {4}at .*settings\.ts|^TypeError\n/);
    });
  });

  describe('jobs', () => {
    beforeEach(startOpen);

    const jobs = () => test.engine.context.jobs();

    /** Everything that is told of the job until it has ended. */
    async function follow(start: () => Promise<Job>, act: (job: Job) => void = () => {}): Promise<readonly Job[]> {
      const changes = await client.jobs.watch();
      const { id } = await start();
      const seen: Job[] = [];
      for await (const job of changes) {
        if (job.id !== id) continue;
        seen.push(job);
        act(job);
        if (job.finishedAt !== null) break;
      }
      return seen;
    }

    it('stream their progress and end with a result that stays in the list', async () => {
      const seen = await follow(() => jobs().start('sample', { to: 300, pause: 2 }));
      expect(seen[0]?.state).toBe('queued');
      const running = seen.filter(({ state, step }) => state === 'running' && step !== null);
      expect(running.length).toBeGreaterThan(2);
      expect(running.every(({ step, total }) => step === 'count' && total === 300)).toBe(true);
      const counts = running.map(({ done }) => done);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(running.some(({ left }) => left !== null && left > 0)).toBe(true);
      expect(seen.at(-1)).toMatchObject({ state: 'done', result: { counted: 300, from: 0 }, error: null });
      expect((await client.jobs.list({})).map(({ id, state }) => [id, state])).toEqual([[seen[0]?.id, 'done']]);
    });

    it('end when they are cancelled, and so does the work', async () => {
      const note = join(test.folder, 'note');
      let cancelling: Promise<Job> | undefined;
      const seen = await follow(
        () => jobs().start('sample', { to: 2000, pause: 1, note }),
        (job) => {
          if (job.done > 0) cancelling ??= client.jobs.cancel({ id: job.id });
        },
      );
      await cancelling;
      expect(seen.at(-1)?.state).toBe('cancelled');
      expect(existsSync(note)).toBe(false);
    });

    it('end when they are cancelled although their thread never yields', async () => {
      const seen = await follow(
        () => jobs().start('import', { reports: true }),
        (job) => void (job.step !== null && job.finishedAt === null && client.jobs.cancel({ id: job.id })),
      );
      expect(seen.at(-1)?.state).toBe('cancelled');
    });

    it('wait for their lane, and can be cancelled while they wait', async () => {
      const first = await jobs().start('sample', { to: 5000 });
      const second = await jobs().start('sample', { to: 1 });
      expect((await client.jobs.cancel({ id: second.id })).state).toBe('cancelled');
      const third = await jobs().start('sample', { to: 2 });
      expect((await client.jobs.list({})).map(({ state }) => state)).toEqual(['queued', 'cancelled', 'running']);
      await client.jobs.cancel({ id: first.id });
      expect((await jobs().finished(third.id)).state).toBe('done');
    });

    it('fail with errors of the closed list', async () => {
      const known = await follow(() => jobs().start('train', { how: 'known' }));
      expect(known.at(-1)).toMatchObject({
        state: 'failed',
        error: { code: 'NOTHING_TO_LEARN', data: { reason: 'no tasks' } },
      });
      for (const how of ['unknown', 'exit']) {
        const unknown = await follow(() => jobs().start('train', { how }));
        expect(unknown.at(-1)).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } });
      }
      const [logged] = test.logged.map(({ error }) => error);
      expect(logged).toMatch(/^TypeError\n {4}at .*test-kinds\.ts/);
      expect(logged).not.toContain('a secret');
      expect(JSON.stringify(await client.jobs.list({}))).not.toContain('a secret');
    });

    it('are refused before they start when the request does not fit their kind', async () => {
      await expect(jobs().start('sample', { to: 'many' })).rejects.toThrow(/INPUT_INVALID/);
      expect(await refusal(client.jobs.cancel({ id: 'none' }))).toEqual({
        code: 'NOT_FOUND',
        data: { kind: 'job', id: 'none' },
      });
    });

    it('go on where they were after the workspace was locked, and others are told to have been interrupted', async () => {
      const { id } = await jobs().start('sample', { to: 60, pause: 5 });
      const { id: spinning } = await jobs().start('import', { reports: true });
      const changes = test.engine.context.events.follow('job', undefined);
      for await (const job of changes) if (job.id === id && job.done > 20) break;
      await client.workspace.lock();
      await client.workspace.unlockRemembered();
      const ended = await jobs().finished(id);
      expect(ended).toMatchObject({ state: 'done', result: { counted: 60 } });
      expect((ended.result as { readonly from: number }).from).toBeGreaterThanOrEqual(20);
      expect(jobs().read(spinning)).toMatchObject({
        state: 'failed',
        error: { code: 'JOB_INTERRUPTED', data: { kind: 'import' } },
      });
    });
  });

  describe('an upload', () => {
    beforeEach(startOpen);

    it('arrives whole, readable by this user only, and is gone after use', async () => {
      const bytes = Uint8Array.from({ length: 2 * chunkBytes + 77 }, (_, index) => (index * 31) & 255);
      const shares: number[] = [];
      const file = new File([bytes], '../my data.csv.gz');
      const uploaded = await uploadFile(client, file, { report: (share) => shares.push(share) });
      expect(uploaded).toMatchObject({ name: 'my data.csv.gz', size: bytes.length });
      expect(shares.at(-1)).toBe(1);
      const { path } = test.engine.context.uploads().file(uploaded.token);
      expect(path).toBe(join(test.folder, 'uploads', uploaded.token, 'file.csv.gz'));
      expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
      if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0);
      test.engine.context.uploads().remove(uploaded.token);
      expect(existsSync(path)).toBe(false);
    });

    it('refuses chunks out of order, too many bytes and an early end', async () => {
      const { id } = await client.upload.begin({ name: 'a.csv', size: 4 });
      const refused = async (call: Promise<unknown>) => (await refusal(call))?.code;
      expect(await refused(client.upload.chunk({ id, offset: 1, bytes: new Blob(['a']) }))).toBe('INPUT_INVALID');
      expect(await refused(client.upload.chunk({ id, offset: 0, bytes: new Blob(['abcde']) }))).toBe('INPUT_INVALID');
      expect(await refused(client.upload.finish({ id }))).toBe('INPUT_INVALID');
      await client.upload.abort({ id });
      expect(await refused(client.upload.finish({ id }))).toBe('NOT_FOUND');
    });

    it('is gone when the workspace is locked, unless a job still needs it', async () => {
      const unused = await uploadFile(client, new File(['a'], 'a.csv'));
      const used = await uploadFile(client, new File(['b'], 'b.csv'));
      const { path } = test.engine.context.uploads().file(used.token);
      const started = await test.engine.context.jobs().start('sample', { to: 100_000, note: path });
      await client.workspace.lock();
      expect(readdirSync(join(test.folder, 'uploads'))).toEqual([used.token]);
      expect(unused.token).not.toBe(used.token);
      await client.workspace.unlockRemembered();
      await signIn(client, { name: 'Ada Berg', role: 'administrator' });
      await client.jobs.cancel({ id: started.id });
    });
  });

  it('ends what a page was listening to when the page goes away', async () => {
    await startOpen();
    const changes = await client.jobs.watch();
    await disconnect();
    await expect(changes.next()).rejects.toThrow();
  });
});
