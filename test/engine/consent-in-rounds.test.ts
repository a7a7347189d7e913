import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newestCharter } from '../../src-main/catalog/consents.ts';
import { listPackages } from '../../src-main/catalog/packages.ts';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { isChoraleError } from '../../src-main/contract/errors.ts';
import type { Person } from '../../src-main/contract/settings.ts';
import { type Participation, participate } from '../../src-main/engine/participation/participate.ts';
import { charterText, type SignedCharter } from '../../src-main/federation/charter.ts';
import type { SigningKeys } from '../../src-main/federation/identity.ts';
import { readConsortium } from '../../src-main/federation/series.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { inventPerson } from '../../src-main/release/accounts.ts';
import { nextCharter } from '../../src-main/release/charter-template.ts';
import { mayConsent, mayWithdraw } from '../../src-main/release/consent.ts';
import {
  consentSituation,
  documentOf,
  giveConsent,
  missingConsent,
  receiveCharter,
  signCharterText,
  statementOf,
  withdrawalOf,
  withdrawConsent,
} from '../../src-main/release/consent-acts.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import {
  officer,
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
  until,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

const series = 'test-1';
const rounds = 3;

let companies: SmallCompanies;
let consortium: SmallConsortium;
let workspaces: SmallConsortium['workspaces'];

beforeAll(async () => {
  companies = await prepareCompanies('consent', 150);
});

afterAll(() => companies.remove());

beforeEach(async () => {
  const recipe = { rounds, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 };
  consortium = await openConsortium(
    companies,
    recipe,
    [rounds, rounds, rounds],
    (agreed) => ({ ...agreed, voiding: { ...usualVoiding, fall: 1 } }),
    async (url) => url,
    true,
  );
  ({ workspaces } = consortium);
});

afterEach(() => consortium.close());

const takePart = (workspace: Workspace, signal: AbortSignal): Promise<Participation> =>
  participate(workspace, { series, preparedBy: steward }, { signal, report: () => {} }, { jobId: null, spawnTraining });

const missing = ({ catalog }: Workspace) => missingConsent(catalog, readConsortium(catalog, series)!);

/** Through the doors of the page, in the name of an account of this workspace. */
async function as(
  { catalog }: Workspace,
  who: Person,
  act: (person: Person, keys: SigningKeys) => void,
): Promise<void> {
  const { person, keys } = await inventPerson(catalog, who);
  act(person, keys);
}

const consentOf = (workspace: Workspace, who: Person) =>
  as(workspace, who, (person, keys) => {
    const { catalog } = workspace;
    const charter = newestCharter(catalog, series)!;
    const { capacities } = mayConsent(consentSituation(catalog, person, charter));
    const statement = statementOf(catalog, charter, 'en', capacities);
    giveConsent(catalog, { charterHash: charter.hash, statement, language: 'en', person }, keys);
  });

function withdraw({ catalog }: Workspace, person: Person, keys: SigningKeys): void {
  const charter = newestCharter(catalog, series)!;
  const { capacities } = mayWithdraw(consentSituation(catalog, person, charter));
  const statement = withdrawalOf(catalog, charter, 'en', capacities);
  const spokenOf = { charterHash: charter.hash, statement, language: 'en' as const, person, reason: 'A new contract.' };
  withdrawConsent(catalog, spokenOf, keys);
}

/** What this partner has said in the rounds of the series. */
const said = ({ catalog }: Workspace): readonly unknown[] =>
  catalog.db.prepare('select type from message where sent = 1 and round > 0 order by seq').pluck().all();

const spoken = ({ catalog }: Workspace): number =>
  catalog.db.prepare('select count(*) from message where sent = 1').pluck().get() as number;

const sentBytes = ({ catalog }: Workspace): number =>
  listRounds(catalog, series, 99).reduce((sum, { bytesOut }) => sum + bytesOut, 0);

/** The next version, under all signatures, with another sentence in it. */
function nextVersion(): string {
  const { catalog } = workspaces[0];
  const { charter } = documentOf(newestCharter(catalog, series)!);
  const { roster, plan } = readConsortium(catalog, series)!;
  const purpose = `${charter.purpose}\nAnd one thing more.`;
  const unsigned: SignedCharter = {
    charter: { ...nextCharter(charter, roster, plan, '2026-05-01'), purpose },
    signatures: {},
  };
  return workspaces.reduce(
    (text, workspace) => charterText(signCharterText(workspace.catalog, text, officer.name)),
    charterText(unsigned),
  );
}

const consentNeeded = (who: readonly string[]) => (error: unknown) =>
  isChoraleError(error) &&
  error.code === 'CONSENT_NEEDED' &&
  JSON.stringify(error.data) === JSON.stringify({ series, missing: who });

describe('a partner under a charter', () => {
  it('has both consents after joining as a pilot does, and none of them counts for another key', () => {
    const { catalog } = workspaces[0];
    expect(missing(workspaces[0])).toEqual([]);
    catalog.db.prepare('update certificate set signature = zeroblob(64)').run();
    expect(missing(workspaces[0])).toEqual(['steward', 'compliance']);
  });

  it('begins nothing without both consents: no message, no key, no byte', async () => {
    const [first] = workspaces;
    first.catalog.db.prepare("delete from consent where capacity = 'compliance'").run();
    const stop = new AbortController();
    await expect(takePart(first, stop.signal)).rejects.toSatisfy(consentNeeded(['compliance']));
    expect(first.catalog.db.prepare('select count(*) from message').pluck().get()).toBe(0);
    expect(listPackages(first.catalog, { limit: 9 })).toEqual([]);
    await consentOf(first, officer);
    expect(missing(first)).toEqual([]);
  });

  it('that withdraws during a series freezes nothing more, and rests', async () => {
    const [first, second, third] = workspaces;
    const { person, keys } = await inventPerson(first.catalog, steward);
    const stop = new AbortController();
    const others = [second, third].map((workspace) => takePart(workspace, stop.signal).catch(() => {}));
    const mine = takePart(first, stop.signal);
    // Its first package goes by the standing approval; the round goes on to its sum.
    await until(() => listPackages(first.catalog, { states: ['sent'], limit: 1 }).length === 1);
    withdraw(first, person, keys);
    const bytes = sentBytes(first);
    expect(bytes).toBeGreaterThan(0);

    expect((await mine).ended).toBe('paused');
    expect(missing(first)).toEqual(['steward', 'compliance']);
    expect(listPackages(first.catalog, { limit: 9 }).map(({ round, state }) => ({ round, state }))).toEqual([
      { round: 1, state: 'sent' },
    ]);
    expect(sentBytes(first)).toBe(bytes);
    const before = said(first);
    await expect(takePart(first, stop.signal)).rejects.toSatisfy(consentNeeded(['steward', 'compliance']));
    expect(said(first)).toEqual(before);
    stop.abort();
    await Promise.all(others);
  });

  it('gives up a package that waits for approval when consent is withdrawn', async () => {
    const [first, second, third] = workspaces;
    first.catalog.db.prepare("update standing_approval set stopped_at = '2026-01-01T00:00:00.000Z'").run();
    const { person, keys } = await inventPerson(first.catalog, steward);
    const stop = new AbortController();
    const others = [second, third].map((workspace) => takePart(workspace, stop.signal).catch(() => {}));
    const mine = takePart(first, stop.signal);
    await until(() => listPackages(first.catalog, { states: ['frozen'], limit: 1 }).length === 1);
    withdraw(first, person, keys);
    expect((await mine).ended).toBe('paused');
    expect(listPackages(first.catalog, { states: ['frozen', 'approved', 'sent'], limit: 9 })).toEqual([]);
    expect(sentBytes(first)).toBe(0);
    stop.abort();
    await Promise.all(others);
  });

  it('rests when the charter has a new version, and goes on once both have consented to that one', async () => {
    const [first] = workspaces;
    const text = nextVersion();
    const { roster, plan } = readConsortium(first.catalog, series)!;
    receiveCharter(first.catalog, { series, roster, plan }, text, officer.name);
    expect(missing(first)).toEqual(['steward', 'compliance']);
    const stop = new AbortController();
    await expect(takePart(first, stop.signal)).rejects.toSatisfy(consentNeeded(['steward', 'compliance']));
    await consentOf(first, steward);
    await expect(takePart(first, stop.signal)).rejects.toSatisfy(consentNeeded(['compliance']));
    await consentOf(first, officer);
    const running = takePart(first, stop.signal).catch(() => {});
    await until(() => spoken(first) > 0);
    stop.abort();
    await running;
  });

  it('takes no version that leaves one out, nor one that not all have signed', () => {
    const { catalog } = workspaces[0];
    const { roster, plan } = readConsortium(catalog, series)!;
    const receive = (document: SignedCharter) =>
      receiveCharter(catalog, { series, roster, plan }, charterText(document), officer.name);
    const next = JSON.parse(nextVersion()) as SignedCharter;
    const fewer = Object.fromEntries(Object.entries(next.signatures).slice(1));
    expect(() => receive({ ...next, signatures: fewer })).toThrow(/CHARTER_INVALID.*signature-missing/);
    const later = JSON.parse(nextVersion()) as SignedCharter;
    expect(() => receive({ ...later, charter: { ...later.charter, version: 3 } })).toThrow(/signature-does-not-hold/);
    expect(receive(next).version).toBe(2);
    expect(receive(next).version).toBe(2);
  });
});
