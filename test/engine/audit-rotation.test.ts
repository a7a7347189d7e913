import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decisionsOf } from '../../src-main/catalog/decisions.ts';
import { readIdentity } from '../../src-main/catalog/identity.ts';
import { listPackages, type PackageState } from '../../src-main/catalog/packages.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import type { BundleVerdict } from '../../src-main/contract/bundle.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import type { Person } from '../../src-main/contract/settings.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { createEngine } from '../../src-main/engine/engine.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { joinWithApproval } from '../../src-main/engine/pilot/pilot-partner.ts';
import { decodeCanonical, encodeCanonical, toBase64url } from '../../src-main/federation/canonical.ts';
import { type SigningKeys, sign } from '../../src-main/federation/identity.ts';
import { signRosterText, writeInvitation } from '../../src-main/federation/invitation.ts';
import { planFor, planHash } from '../../src-main/federation/plan.ts';
import { type Roster, readCompleteRoster, rosterHash, type SignedRoster } from '../../src-main/federation/roster.ts';
import { readPartnerState } from '../../src-main/federation/series.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { addAccount, openKeys } from '../../src-main/release/accounts.ts';
import { amendSeries } from '../../src-main/release/amend.ts';
import { writeBundle } from '../../src-main/release/bundle.ts';
import { readBundleFile, writeBundleFile } from '../../src-main/release/bundle-file.ts';
import {
  type BundleManifest,
  countsOf,
  decodeDocument,
  encodeDocument,
  readRows,
} from '../../src-main/release/bundle-form.ts';
import { decide } from '../../src-main/release/decide.ts';
import { signCertificate } from '../../src-main/release/people.ts';
import { verifyBundle } from '../../src-main/release/verify.ts';
import { viewDecisions } from '../../src-main/release/view.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { transports } from './engine-for-tests.ts';
import { ownPassphrase, quickAccounts, signIn } from './sign-in.ts';
import {
  chemistryKey,
  officer,
  openConsortium,
  passphrase,
  people,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
  until,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

const administrator: Person = { name: 'Lena Vogt', role: 'administrator' };
const secretStructure = 'CC(=O)Nc1ccc(OC2CCNCC2)cc1';

let companies: SmallCompanies;
let before: SmallConsortium;
let folder: string;
let coordinator: Coordinator;
/** The one whose key was replaced between the two series, and the two others. */
let workspaces: [Workspace, Workspace, Workspace];
let oldKeys: SigningKeys;
let bytes: Uint8Array;

const takePart = (workspace: Workspace, series: string) =>
  participate(workspace, { series, preparedBy: steward }, unattended, { jobId: null, spawnTraining });

/** Somebody with an account and an open key, beside those who were invented. */
async function account({ catalog }: Workspace, { name, role }: Person): Promise<{ person: Person; keys: SigningKeys }> {
  const { id } = await addAccount(catalog, { name, role, passphrase: ownPassphrase, by: 'Ada Berg' }, quickAccounts);
  return { person: { id, name, role }, keys: (await openKeys(catalog, id, ownPassphrase))! };
}

async function packageIn({ catalog }: Workspace, state: PackageState) {
  await until(() => listPackages(catalog, { states: [state], limit: 1 }).length > 0);
  return listPackages(catalog, { states: [state], limit: 1 })[0]!;
}

/** The first round's package is sent back, amended and approved; the round that counts rows goes by a standing approval. */
async function reviewed(workspace: Workspace): Promise<void> {
  const reviewer = await account(workspace, { name: 'Tomas Keller', role: 'compliance' });
  await account(workspace, administrator);
  const preparer = await account(workspace, { name: 'Sofia Brandt', role: 'steward' });
  const first = await packageIn(workspace, 'frozen');
  const asked = { packageHash: first.hash, verdict: 'request-changes' as const, comment: 'Leave one out.' };
  decide(workspace, { ...asked, person: reviewer.person }, reviewer.keys);
  const leftOut = { assays: [], compounds: [secretStructure] };
  const answer = { packageHash: first.hash, comment: 'Left out.', leftOut, person: preparer.person };
  amendSeries(workspace, answer, preparer.keys);
  const second = await packageIn(workspace, 'frozen');
  const approved = { packageHash: second.hash, verdict: 'approve' as const, comment: '' };
  decide(workspace, { ...approved, person: reviewer.person }, reviewer.keys);
}

type Client = Awaited<ReturnType<(typeof transports)[number]['open']>>['client'];

/** Over the routes, as the page does; the workspace is open in that engine alone meanwhile. */
async function throughTheEngine<Result>(index: number, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { folder: place, key } = workspaces[index]!;
  const kept = key.slice();
  workspaces[index]!.close();
  const host = { kind: 'serve', configurationFolder: join(folder, 'configuration'), log: () => {} } as const;
  const engine = await createEngine({ folder: place, host, accounts: quickAccounts });
  try {
    await engine.context.access.unlock(passphrase, false);
    const { client, close } = await transports[1]!.open(engine);
    await signIn(client, administrator);
    return await work(client).finally(close);
  } finally {
    await engine.close();
    workspaces[index] = openWorkspaceWithKey(place, kept);
  }
}

/** Two rounds under the first key, a key prepared and taken, one round under the second; then the bundle. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-rotation-'));
  companies = await prepareCompanies('rotation', 150);
  const recipe = { rounds: 1, hidden: [8], localSteps: 2, dropout: 0, serverRate: 0.01, uploadSeconds: 600 };
  before = await openConsortium(companies, { ...recipe, rareRows: usualRareRows }, [0, 1, 1], (plan) => ({
    ...plan,
    voiding: { ...usualVoiding, fall: 1 },
  }));
  workspaces = [...before.workspaces];
  await Promise.all([...workspaces.map((workspace) => takePart(workspace, 'test-1')), reviewed(workspaces[0])]);
  const { publicKey, secretKey } = readIdentity(workspaces[0].catalog)!;
  oldKeys = { publicKey, secretKey };

  const next = await throughTheEngine(0, async ({ federation }) => {
    const { next: prepared } = await federation.prepareKey({ reason: 'rotation' });
    return prepared!.publicKey;
  });
  const [first, ...others] = before.roster.roster.partners;
  const document: Roster = {
    ...before.roster.roster,
    previous: rosterHash(before.roster.roster),
    partners: [{ ...first!, key: next }, ...others],
  };
  const unsigned = JSON.stringify({ roster: document, signatures: {} } satisfies SignedRoster);
  // Who replaces its key signs first: the others look for the word of the old key.
  const roster = readCompleteRoster(
    JSON.parse(workspaces.reduce((text, { catalog }) => signRosterText(catalog, text).roster, unsigned)),
  );
  const { base } = readPartnerState(workspaces[0].catalog, 'test-1')!;
  const { format: _, rosterHash: __, weights: ___, threshold: ____, minimumSurvivors: _____, ...chosen } = before.plan;
  const continueFrom = { series: 'test-1', planHash: planHash(before.plan), rounds: 1, trunkHash: base.hash };
  const plan = planFor(document, { ...chosen, series: 'test-2', continueFrom });
  coordinator = await startCoordinator({
    folder: join(folder, 'coordinator'),
    roster,
    plan,
    key: before.coordinatorKeys,
  });
  const invitation = writeInvitation({ coordinatorUrl: coordinator.url, roster, plan, chemistryKey });
  await throughTheEngine(0, ({ federation }) => federation.join({ invitation }));
  for (const workspace of workspaces) await joinWithApproval(workspace, invitation, people, 1);
  await Promise.all(workspaces.map((workspace) => takePart(workspace, 'test-2')));
  bytes = await bundleOf(workspaces[0]);
});

afterAll(async () => {
  await coordinator?.close();
  for (const workspace of workspaces ?? []) workspace.close();
  await before?.close();
  companies?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function bundleOf(workspace: Workspace): Promise<Uint8Array> {
  const place = join(folder, 'sealed');
  mkdirSync(place, { recursive: true });
  const parts: Uint8Array[] = [];
  const order = {
    ...{ period: { from: null, to: null }, escrowOf: [], madeBy: officer, signer: null },
    ...{ madeAt: new Date().toISOString(), program: 'Chorale', escrowKey: new Uint8Array(32), folder: place },
    report: async () => new Uint8Array(3),
  };
  await writeBundle(workspace, order, (part) => parts.push(part.slice()), unattended);
  return Buffer.concat(parts);
}

const fileOf = (content: Uint8Array) => ({
  bytes: content.length,
  read: (from: number, to: number) => content.subarray(from, to),
});
const verify = (content: Uint8Array): Promise<BundleVerdict> => verifyBundle(fileOf(content), {}, unattended);

/** Signed anew as by the partner itself, so that nothing but what the documents say can give it away. */
function resigned(name: string, change: (document: unknown) => unknown): Uint8Array {
  const read = readBundleFile(fileOf(bytes), unattended);
  const parts: Uint8Array[] = [];
  const file = writeBundleFile((part) => parts.push(part.slice()));
  const add = (entry: string, content: Uint8Array) => file.add(entry, content.length, () => [content]);
  const changed = (entry: string) =>
    entry === name ? encodeDocument(change(decodeDocument(entry, read.content(entry)))) : read.content(entry);
  const documents = read.entries.slice(0, -2).map((entry) => add(entry.name, changed(entry.name)));
  const before = decodeCanonical(read.content('manifest.json')) as unknown as BundleManifest;
  const counts = countsOf(readRows(changed), before.log, 0);
  const manifest = encodeCanonical({ ...before, documents, counts });
  const partner = toBase64url(sign('bundle', manifest, readIdentity(workspaces[0].catalog)!.secretKey));
  add('manifest.json', manifest);
  add('signatures.json', encodeCanonical({ format: 'chorale audit bundle signatures 1', partner, person: null }));
  file.end();
  return Buffer.concat(parts);
}

type Row = Readonly<Record<string, unknown>>;
const withRow = (rows: readonly Row[], at: number, change: (row: Row) => Row): readonly Row[] =>
  rows.map((row, i) => (i === at % rows.length ? change(row) : row));

describe('the bundle of a partner that replaced its key between two series', () => {
  it('holds: what was signed before verifies under the key of then, which speaks for the one of now', async () => {
    const verdict = await verify(bytes);
    expect(verdict.wrong).toBeNull();
    expect(verdict.counts).toMatchObject({ keys: 2, amendments: 1, results: 4, sent: 4, packages: 5 });
    const counts = Object.fromEntries(verdict.checked.map(({ check, count }) => [check, count]));
    expect(counts).toMatchObject({ rotations: 1, results: 4, amendments: 1 });
    expect(verdict.open.map(({ what }) => what)).not.toContain('key-by-word');
  });

  it('shows the decisions of before as valid in the application too', () => {
    const { catalog } = workspaces[0];
    const packages = listPackages(catalog, { states: ['sent'], limit: 9 });
    const decided = packages.map(({ hash }) =>
      viewDecisions(catalog, hash).map(({ signatureValid }) => signatureValid),
    );
    expect(decided).toEqual(packages.map(() => [true]));
    const byPartner = packages.flatMap(({ hash }) => decisionsOf(catalog, hash)).filter(({ signedBy }) => !signedBy);
    expect(byPartner).toHaveLength(3);
  });

  it('tells nothing of a structure that an amendment leaves out, and still proves who signed it', async () => {
    expect(Buffer.from(bytes).includes(secretStructure)).toBe(false);
    const otherHash = resigned('decisions.json', (document) => {
      const { amendments, ...rest } = document as { readonly amendments: readonly Row[] };
      return { ...rest, amendments: withRow(amendments, 0, (row) => ({ ...row, compoundsHash: 'a'.repeat(64) })) };
    });
    expect((await verify(otherHash)).wrong).toMatchObject({ rule: 'signature' });
  });

  it.each([
    [
      'results.json',
      'entry-missing',
      (rows: unknown) => (rows as readonly Row[]).filter(({ type }) => type !== 'RESULT'),
    ],
    ['results.json', 'entry-order', (rows: unknown) => (rows as readonly Row[]).toReversed()],
    [
      'consortia.json',
      'key-chain',
      (rows: unknown) =>
        (rows as readonly { readonly roster: string }[]).map(({ roster, ...row }) => {
          const { endorsements: _, ...signed } = JSON.parse(roster) as SignedRoster;
          return { ...row, roster: new TextDecoder().decode(encodeCanonical(signed)) };
        }),
    ],
    ['keys.json', 'other-key', (rows: unknown) => (rows as readonly Row[]).slice(1)],
    [
      'people.json',
      'certificate',
      (document: unknown) => {
        const { certificates } = document as {
          readonly certificates: readonly Parameters<typeof signCertificate>[0][];
        };
        return {
          certificates: certificates.map((one) => ({
            ...one,
            partnerKey: oldKeys.publicKey,
            signature: signCertificate(one, oldKeys),
          })),
        };
      },
    ],
  ] as const)('is wrong with other %s, by its rule %s', async (name, rule, change) => {
    expect((await verify(resigned(name, change))).wrong).toMatchObject({ rule });
  });

  it('is wrong without its amendment, of which the log tells', async () => {
    const without = resigned('decisions.json', (document) => ({ ...(document as object), amendments: [] }));
    expect((await verify(without)).wrong).toMatchObject({
      rule: 'entry-missing',
      where: expect.stringMatching(/^entry \d+ of the log$/),
    });
  });

  it('is found out with any bit turned in what keys, results, amendments and rosters sign, whoever signs it anew', async () => {
    const signed = fc.constantFrom(
      ...['hash', 'bytes', 'round', 'attempt', 'type'].map((field) => ({ name: 'results.json', list: null, field })),
      ...[
        'person',
        'role',
        'comment',
        'madeAt',
        'signature',
        'assays',
        'compounds',
        'compoundsHash',
        'packageHash',
      ].map((field) => ({ name: 'decisions.json', list: 'amendments', field })),
      ...['roster', 'plan', 'coordinatorKey'].map((field) => ({ name: 'consortia.json', list: null, field })),
      { name: 'keys.json', list: null, field: 'publicKey' },
    );
    await fc.assert(
      fc.asyncProperty(signed, fc.nat(), fc.nat(), async ({ name, list, field }, row, bit) => {
        const turned = resigned(name, (document) => {
          const rows = (list === null ? document : (document as Row)[list]) as readonly Row[];
          const changed = withRow(rows, row, (one) => ({ ...one, [field]: withBitTurned(one[field], bit) }));
          return list === null ? changed : { ...(document as Row), [list]: changed };
        });
        const { sound, wrong } = await verify(turned);
        expect(sound, `${name} ${field}`).toBe(false);
        expect(wrong?.where).not.toBe('');
      }),
      { numRuns: 80 },
    );
  });
});

/** Another value of the same kind. */
function withBitTurned(value: unknown, bit: number): unknown {
  if (typeof value === 'number') return value + 1 + (bit % 7);
  if (Array.isArray(value)) return [...value, bit];
  const isText = typeof value === 'string';
  const turned = isText ? Buffer.from(value, 'latin1') : Buffer.from(value as Uint8Array);
  turned[(bit >> 3) % turned.length]! ^= 1 << (bit & (isText ? 3 : 7));
  return isText ? turned.toString('latin1') : new Uint8Array(turned);
}
