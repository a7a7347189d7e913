import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChoraleError } from '../../src-main/contract/errors.ts';
import { sentenceOf } from '../../src-main/engine/commands/error-sentences.ts';
import { ownKinds, startTestEngine, type TestEngine, transports } from './engine-for-tests.ts';
import { signIn } from './sign-in.ts';

describe('an audit bundle of a workspace whose partner has no key yet', () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await startTestEngine({ prepared: true, kinds: ownKinds });
  });
  afterEach(() => test.close());

  it('is not written; the error says that the identity comes first, and where it is given', async () => {
    const { access, jobs } = test.engine.context;
    await access.unlockRemembered();
    const { client, close } = await transports[0]!.open(test.engine);
    try {
      await signIn(client, { name: 'Jonas Wirth', role: 'compliance' });
      expect((await client.federation.status()).identity).toBeNull();
      const { jobId } = await client.audit.exportBundle({});
      const { state, error } = await jobs().finished(jobId);
      expect({ state, error }).toEqual({
        state: 'failed',
        error: { code: 'NOT_FOUND', data: { kind: 'identity', id: 'partner' } },
      });
      expect(sentenceOf(new ChoraleError('NOT_FOUND', { kind: 'identity', id: 'partner' }))).toMatch(
        /identity first, in Settings/,
      );
      expect(await client.audit.lastBundle()).toBeNull();
      await client.federation.createIdentity({ partnerId: 'P01', name: 'Amberlane' });
      const again = await client.audit.exportBundle({});
      expect(await jobs().finished(again.jobId)).toMatchObject({ state: 'done', result: { counts: { keys: 1 } } });
    } finally {
      await close();
    }
  });
});
