import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { ownKinds, startTestEngine, type TestEngine, transports } from './engine-for-tests.ts';
import { signIn } from './sign-in.ts';

describe('a job in the log', () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await startTestEngine({ prepared: true, kinds: ownKinds });
  });
  afterEach(() => test.close());

  it('is of who asked for it, also when it waited until they had signed out and somebody else was there', async () => {
    const { access, jobs, workspace } = test.engine.context;
    await access.unlockRemembered();
    const { client, close } = await transports[0]!.open(test.engine);
    try {
      await signIn(client, { name: 'Mara Lindner', role: 'steward' });
      const [first, waits] = [await jobs().start('standardise', {}), await jobs().start('standardise', {})];
      await client.people.signOut();
      await signIn(client, { name: 'Jonas Wirth', role: 'compliance' });
      for (const { id } of [first, waits]) expect(await jobs().finished(id)).toMatchObject({ state: 'done' });
    } finally {
      await close();
    }
    const { rows } = findAuditRows(workspace().catalog, { acts: ['structures-standardised'], limit: 9 });
    expect(rows.map(({ person }) => person)).toEqual(['Mara Lindner', 'Mara Lindner']);
    const { rows: entered } = findAuditRows(workspace().catalog, { acts: ['signed-in', 'signed-out'], limit: 9 });
    expect(entered[0]).toMatchObject({ act: 'signed-in', person: 'Jonas Wirth' });
  });
});
