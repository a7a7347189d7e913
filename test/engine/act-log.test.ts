import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isContractProcedure } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { api } from '../../src-main/contract/api.ts';
import { auditAct } from '../../src-main/contract/audit.ts';
import { jobKind } from '../../src-main/contract/jobs.ts';
import { ruleOf } from '../../src-main/engine/act-log.ts';
import { jobKinds } from '../../src-main/engine/job-kinds.ts';
import { findAudit } from '../../src-main/release/audit.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { startTestEngine, type TestEngine, transports } from './engine-for-tests.ts';
import { signIn } from './sign-in.ts';

const source = new URL('../../src-main/', import.meta.url).pathname;

function procedures(node: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (isContractProcedure(node)) return [path];
  return Object.entries(node as object).flatMap(([name, inner]) => procedures(inner, [...path, name]));
}

/** Names that say that something is only looked at. Whatever else is no reading, however it is listed. */
const looks =
  /^(status|watch|list|read|state|summary|detail|ready|runs|run|curve|models|means|tasks|task|report|benefit|fusion|newest\w*|retraining|rounds|round|sheets|sheet|page|points|bytes|entries|verify|egress|connections|lastBundle|batches|batch|findings|assays|inspect|depict|salts|duplicates|consistency|preferences|person|read[A-Z]\w*|amendable|wayOut|session|rules|\w*[Vv]iew\w*|compare|difference|mine|history|charter|roles|may)$/;

/** Jobs that leave no entry of their own when they are done, and why that is right. */
const silentJobs: Readonly<Record<string, string>> = {
  preview: 'stores nothing',
  'check-structures': 'stores nothing',
  'check-providers': 'a survey of this machine, kept outside the workspace',
  participate: 'writes entries as it goes: every word given in a round and every result',
  sample: 'takes part as above, with data that the application makes',
};

describe('the list of what procedures leave in the log', () => {
  const paths = procedures(api);

  it('names every procedure of the contract', () => {
    expect(paths.filter((path) => ruleOf(path) === undefined).map((path) => path.join('.'))).toEqual([]);
  });

  it('lets nothing pass as reading whose name does not say that it only looks', () => {
    const reading = paths.filter((path) => ruleOf(path) === 'reads').map((path) => path.join('.'));
    expect(reading.filter((path) => !looks.test(path.split('.').at(-1)!))).toEqual([]);
  });

  it('gives a reason for each silence', () => {
    for (const path of paths) {
      const rule = ruleOf(path);
      if (typeof rule === 'object' && 'silent' in rule) expect(rule.silent.length, path.join('.')).toBeGreaterThan(20);
    }
  });

  it('starts only jobs that leave an entry, or stand on the short list of those that do not', () => {
    const writing = readFileSync(join(source, 'engine/audited.ts'), 'utf8');
    const silent = (kind: string) => Object.hasOwn(silentJobs, kind);
    for (const kind of jobKind.options) {
      const inEntries = new RegExp(`case '${kind}'`).test(writing);
      expect(inEntries || silent(kind), kind).toBe(true);
      expect(Object.keys(jobKinds)).toContain(kind);
    }
    const started = paths.flatMap((path) => {
      const rule = ruleOf(path);
      return typeof rule === 'object' && 'starts' in rule ? [rule.starts].flat() : [];
    });
    expect(jobKind.options.filter((kind) => kind !== 'participate' && !started.includes(kind))).toEqual([]);
  });

  it('has every act written somewhere, so that none of the closed list is an empty promise', () => {
    const text = filesBelow(source)
      .filter((file) => !file.includes('contract'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(auditAct.options.filter((act) => !text.includes(`'${act}'`))).toEqual([]);
  });
});

describe('an act', () => {
  let test: TestEngine;
  let client: Client;
  let disconnect: () => Promise<void>;
  beforeEach(async () => {
    test = await startTestEngine({ prepared: true });
    ({ client, close: disconnect } = await transports[1]!.open(test.engine));
  });
  afterEach(async () => {
    await disconnect();
    await test.close();
  });
  const entries = () => findAudit(test.engine.context.workspace().catalog, { limit: 9 }).entries;

  it('is in the log once the procedure has answered, and not when it was refused', async () => {
    await client.workspace.unlockRemembered();
    await signIn(client, { name: 'Ada Berg', role: 'administrator' });
    await client.providers.choose({ choice: 'cpu' });
    expect(entries()[0]).toMatchObject({ act: 'settings-changed', subject: 'provider', detail: { choice: 'cpu' } });
    const before = entries()[0]!.seq;
    await expect(client.tasks.setThresholds({ assayId: 999, thresholds: [6] })).rejects.toThrow();
    await client.settings.setPreferences({ theme: 'dark' });
    expect(entries()[0]!.seq).toBe(before);
  });

  it('names locking, and every wrong passphrase that was tried before the log could be opened', async () => {
    await expect(client.workspace.unlock({ passphrase: 'wrong' })).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    await expect(client.workspace.unlock({ passphrase: 'wrong too' })).rejects.toThrow();
    await client.workspace.unlockRemembered();
    expect(entries().slice(0, 2)).toMatchObject([
      { act: 'workspace-opened' },
      { act: 'unlock-failed', person: 'engine', detail: { tries: 2 } },
    ]);
    await client.workspace.lock();
    await client.workspace.unlockRemembered();
    expect(entries().slice(0, 2)).toMatchObject([{ act: 'workspace-opened' }, { act: 'workspace-locked' }]);
  });
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
