/** Who is signed in to the open workspace, with their key: in memory only, locked when nobody is at the machine, gone with the workspace. */
import { isBusy } from '../catalog/open.ts';
import { keyInUse, type PersonRow, readPerson } from '../catalog/people.ts';
import { readSetting } from '../catalog/settings.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { ownPassphraseAtLeast, type PeopleRules, type Session, type Signer } from '../contract/people.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { certifyPeople, findActive, isUnclaimed, openKeys, peopleWhoCanSignIn } from '../release/accounts.ts';
import { appendAudit, type NewAuditEntry } from '../release/audit.ts';
import { wipeKeys } from '../release/people.ts';
import { whoeverIsHere } from './whoever-is-here.ts';

/** A person and the key that signs for them, for as long as they are signed in: it is overwritten afterwards. */
export type SignedIn = { readonly person: Signer; readonly keys: SigningKeys };

export type Sessions = {
  readonly state: () => Session;
  /** Null when nobody is signed in or the session is locked. */
  readonly current: () => SignedIn | null;
  /** @throws WRONG_PASSPHRASE, TOO_MANY_TRIES, NOT_FOUND */
  readonly signIn: (id: string, passphrase: string) => Promise<void>;
  /** With keys that are open already, as of an account that was just made. */
  readonly enter: (person: PersonRow, keys: SigningKeys) => void;
  readonly signOut: () => void;
  /** Somebody has pressed a key or clicked. */
  readonly active: () => void;
  /** One guess of a person's passphrase after the other, later and later. @throws TOO_MANY_TRIES */
  readonly guess: <Result>(id: string, act: () => Promise<Result>) => Promise<Result>;
  readonly close: () => void;
};

export type SessionOptions = {
  /** Milliseconds since the epoch: a machine that slept was idle. */
  readonly now?: () => number;
  readonly changed?: (state: Session) => void;
};

export const idleSetting = 'people.idleMinutes';
export const idleByDefault: PeopleRules['idleMinutes'] = 15;
/** How often somebody looks whether the session is idle. */
const betweenLooks = 5_000;

const freeTries = 3;
const longestWait = 300_000;

type EndOfSession = 'asked' | 'idle' | 'workspace-locked' | 'another-person' | 'account-changed';

const sessionsByWorkspace = new WeakMap<Workspace, Sessions>();

/** Of an open workspace in this process; undefined where no engine has opened it, such as in a job's thread. */
export const sessionsOf = (workspace: Workspace): Sessions | undefined => sessionsByWorkspace.get(workspace);

export function openSessions(
  workspace: Workspace,
  { now = Date.now, changed = () => {} }: SessionOptions = {},
): Sessions {
  const { catalog } = workspace;
  const tries = new Map<string, { readonly wrong: number; readonly notBefore: number }>();
  let session: (SignedIn & { lastActive: number }) | null = null;
  let lockedFor: string | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  /** Ends of sessions that came while a job held the catalog for long. */
  const unwritten: NewAuditEntry[] = [];

  function write(): void {
    try {
      for (; unwritten.length > 0; unwritten.shift()) appendAudit(catalog, unwritten[0]!);
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }

  function end(why: EndOfSession): void {
    if (session === null) return;
    const { person, keys } = session;
    session = null;
    lockedFor = why === 'idle' ? person.id : null;
    wipeKeys(keys);
    const at = new Date().toISOString();
    unwritten.push({ person: person.name, act: 'signed-out', subject: person.name, detail: { reason: why }, at });
    write();
    changed(state());
  }

  /** The account may have been disabled, reset or given another role since. */
  function current(): SignedIn | null {
    if (session === null) return null;
    const idle = now() - session.lastActive;
    if (idle >= idleMinutes(workspace) * 60_000) {
      end('idle');
      return null;
    }
    const { person, keys } = session;
    const row = readPerson(catalog, person.id);
    const key = keyInUse(catalog, person.id);
    if (row === undefined || key === undefined || !Buffer.from(key.publicKey).equals(keys.publicKey)) {
      end('account-changed');
      return null;
    }
    if (row.role !== person.role) session = { ...session, person: signerOf(row) };
    return { person: session.person, keys };
  }

  function state(): Session {
    const signedIn = current();
    const people = peopleWhoCanSignIn(catalog).map(signerOf);
    const locked = people.find(({ id }) => id === lockedFor) ?? null;
    const isEmpty = isUnclaimed(catalog);
    return {
      state: signedIn !== null ? 'signed-in' : isEmpty ? 'no-accounts' : locked !== null ? 'locked' : 'nobody',
      person: signedIn?.person ?? locked,
      people,
      passphraseAtLeast: ownPassphraseAtLeast,
    };
  }

  async function guessOnce<Result>(id: string, act: () => Promise<Result>): Promise<Result> {
    const { wrong, notBefore } = tries.get(id) ?? { wrong: 0, notBefore: 0 };
    const wait = notBefore - now();
    if (wait > 0) throw new ChoraleError('TOO_MANY_TRIES', { seconds: Math.ceil(wait / 1000) });
    try {
      const result = await act();
      tries.delete(id);
      return result;
    } catch (error) {
      if (error instanceof ChoraleError && error.code === 'WRONG_PASSPHRASE') {
        const pause = wrong + 1 < freeTries ? 0 : Math.min(2 ** (wrong + 1 - freeTries) * 1000, longestWait);
        tries.set(id, { wrong: wrong + 1, notBefore: now() + pause });
        const { name } = findActive(catalog, id);
        const detail = { tries: wrong + 1 };
        appendAudit(catalog, { person: whoeverIsHere(), act: 'sign-in-refused', subject: name, detail });
      }
      throw error;
    }
  }

  function guess<Result>(id: string, act: () => Promise<Result>): Promise<Result> {
    const mine = turn.then(() => guessOnce(id, act));
    turn = mine.catch(() => {});
    return mine;
  }

  function enter(row: PersonRow, keys: SigningKeys): void {
    end('another-person');
    session = { person: signerOf(row), keys, lastActive: now() };
    lockedFor = null;
    certifyPeople(catalog);
    appendAudit(catalog, { person: row.name, act: 'signed-in', subject: row.name, detail: { role: row.role } });
    changed(state());
  }

  const looking = setInterval(() => {
    current();
    write();
  }, betweenLooks);
  looking.unref();

  const sessions: Sessions = {
    state,
    current,
    guess,
    async signIn(id, passphrase) {
      const row = findActive(catalog, id);
      const keys = await guess(id, async () => {
        const opened = await openKeys(catalog, id, passphrase);
        if (opened === undefined) throw new ChoraleError('WRONG_PASSPHRASE', {});
        return opened;
      });
      enter(row, keys);
    },
    enter,
    signOut() {
      lockedFor = null;
      if (session === null) changed(state());
      end('asked');
    },
    active() {
      if (current() !== null) session!.lastActive = now();
    },
    close() {
      clearInterval(looking);
      end('workspace-locked');
      sessionsByWorkspace.delete(workspace);
    },
  };
  sessionsByWorkspace.set(workspace, sessions);
  return sessions;
}

export const idleMinutes = ({ catalog }: Workspace): number =>
  readSetting<number>(catalog, idleSetting) ?? idleByDefault;

const signerOf = ({ id, name, role }: PersonRow): Signer => ({ id, name, role });
