import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api } from '../../src-main/contract/api.ts';
import { type Action, permissions, roleMay } from '../../src-main/contract/permissions.ts';
import { type Role, role } from '../../src-main/contract/settings.ts';
import { requirePermission, requireSession } from '../../src-main/engine/permissions.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { startTestEngine, type TestEngine, transports } from './engine-for-tests.ts';
import { signIn } from './sign-in.ts';

/** Every procedure of the contract by its path. */
const procedures = pathsOf(api);

function pathsOf(part: object, before: readonly string[] = []): readonly string[] {
  return Object.entries(part).flatMap(([name, inner]) =>
    '~orpc' in inner ? [[...before, name].join('.')] : pathsOf(inner, [...before, name]),
  );
}

/** All that is answered before anybody has signed in: the doors themselves, and how this user's page looks. */
const atTheDoor = [
  'workspace.status',
  'workspace.watch',
  'workspace.create',
  'workspace.unlock',
  'workspace.unlockRemembered',
  'workspace.forget',
  'workspace.lock',
  'settings.preferences',
  'settings.setPreferences',
  'people.session',
  'people.watch',
  'people.begin',
  'people.signIn',
  'people.signOut',
  'people.active',
];

/** What not everybody may, in letters: steward, compliance, scientist, administrator. */
const restricted: Readonly<Record<string, string>> = {
  'people.add': '---a',
  'people.disable': '---a',
  'people.changeRole': '---a',
  'people.reset': '---a',
  'people.setRules': '---a',
  'release.decide': '-c-a',
  'release.standing.give': '-c-a',
  'release.standing.stop': 'sc-a',
  'release.exportBytes': 'sc-a',
  'release.exportDocument': 'sc-a',
  'federation.createIdentity': 'sc-a',
  'federation.signRoster': '-c-a',
  'federation.join': '-c-a',
  'federation.leave': '-c-a',
  'federation.rejoin': '-c-a',
  'federation.start': 's-xa',
  'intake.import': 's-xa',
  'intake.withdraw': 's--a',
  'tasks.setThresholds': 's-xa',
  'tasks.setCatalogue': 's--a',
  'chemistry.setParameters': 's--a',
  'training.start': 's-xa',
  'training.exportModel': 's-xa',
};

const letters: Readonly<Record<Role, string>> = {
  steward: 's',
  compliance: 'c',
  scientist: 'x',
  administrator: 'a',
};

describe('the table of permissions', () => {
  it('names every procedure of the contract, and nothing else', () => {
    expect(procedures.filter((path) => !(path in permissions))).toEqual([]);
    expect(Object.keys(permissions).filter((action) => !procedures.includes(action))).toEqual([]);
  });

  it('leaves only the doors open to whoever has not signed in', () => {
    const open = Object.entries(permissions).filter(([, rule]) => rule === 'at-the-door');
    expect(open.map(([action]) => action).toSorted()).toEqual(atTheDoor.toSorted());
  });

  it('gives each role what is written down here', () => {
    const found = Object.keys(restricted).map((action) => [
      action,
      role.options.map((who) => (roleMay(who, action as Action) ? letters[who] : '-')).join(''),
    ]);
    expect(Object.fromEntries(found)).toEqual(restricted);
  });
});

describe('every procedure', () => {
  let test: TestEngine;
  let client: Client;
  let disconnect: () => Promise<void>;

  beforeAll(async () => {
    test = await startTestEngine({ prepared: true });
    ({ client, close: disconnect } = await transports[1]!.open(test.engine));
    await client.workspace.unlockRemembered();
  });
  afterAll(async () => {
    await disconnect();
    await test.close();
  });

  const refusal = (act: () => void): string => {
    try {
      act();
      return 'allowed';
    } catch (error) {
      return (error as { readonly code?: string }).code ?? 'unknown';
    }
  };
  /** Over the link, with an input that none of them takes: what is refused is refused before it is read. */
  const call = async (path: string): Promise<string> => {
    const procedure = path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], client);
    try {
      await (procedure as (input: unknown, options: unknown) => Promise<unknown>)(Symbol.iterator, {
        signal: AbortSignal.timeout(10_000),
      });
      return 'answered';
    } catch (error) {
      return (error as { readonly code?: string }).code ?? 'unknown';
    }
  };

  it('asks who is signed in, over the link too, unless it is a door', async () => {
    const behind = procedures.filter((path) => !atTheDoor.includes(path));
    const answers = await Promise.all(behind.map(async (path) => `${path} ${await call(path)}`));
    expect(answers.filter((answer) => !answer.endsWith(' SIGN_IN_NEEDED'))).toEqual([]);
  });

  it.each(role.options)('lets the role %s do what the table says, and nothing else', async (who) => {
    await signIn(client, { name: `The ${who}`, role: who });
    for (const path of procedures) {
      const rule = permissions[path as Action];
      const expected = rule === 'at-the-door' || rule.includes(who) ? 'allowed' : 'NOT_ALLOWED';
      expect(`${path} ${refusal(() => requirePermission(test.engine.context, path.split('.')))}`).toBe(
        `${path} ${expected}`,
      );
    }
    expect(requireSession(test.engine.context, 'home.read').person).toMatchObject({ role: who });
  });

  it('is refused when the table does not know it', async () => {
    expect(refusal(() => requirePermission(test.engine.context, ['release', 'sendAnyway']))).toBe('NOT_ALLOWED');
  });
});
