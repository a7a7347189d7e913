import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIdentity, readIdentity } from '../../src-main/catalog/identity.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { consistencyRecord, stagesWithoutStructures } from '../../src-main/chemistry/consistency.ts';
import { chemistryParameters, parameterHash, rulesOf } from '../../src-main/chemistry/parameters.ts';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { signingKeys } from '../../src-main/federation/identity.ts';
import {
  describeKeys,
  joinByInvitation,
  prepareKey,
  previewInvitation,
  signRosterText,
  writeInvitation,
} from '../../src-main/federation/invitation.ts';
import { planHash } from '../../src-main/federation/plan.ts';
import {
  keyChanges,
  type Roster,
  readRoster,
  requireSuccessor,
  rosterHash,
  type SignedRoster,
  withEndorsement,
  withSignature,
} from '../../src-main/federation/roster.ts';
import { readConsortium } from '../../src-main/federation/series.ts';
import { makeConsortium, randomFrom } from './consortium.ts';

const { roster, plan, keys, signedRoster } = makeConsortium(4);
const now = '2026-11-23T12:00:00.000Z';
const later = '2026-12-01T12:00:00.000Z';
const chemistryKey = 'a secret of the consortium';
const parameters = chemistryParameters(chemistryKey);
const agreed = {
  chemistry: rulesOf(parameters),
  chemistryHash: parameterHash(parameters),
  consistency: consistencyRecord({
    ...stagesWithoutStructures(parameters),
    ...{ parent: 'p', tautomer: 't', fingerprint: 'f', scramble: 's', fold: 'o' },
  }),
};

const replaced = (id: string, key: string, more: Partial<Roster> = {}): Roster => ({
  ...roster,
  previous: rosterHash(roster),
  partners: roster.partners.map((partner) => (partner.id === id ? { ...partner, key } : partner)),
  ...more,
});

let folder: string;
/** Of P04, which has joined the first series. */
let catalog: Catalog;
const first = { ...plan, ...agreed };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-keys-'));
  catalog = openCatalog(join(folder, 'catalog.sqlite'), Buffer.alloc(32, 7));
  addIdentity(catalog, { partnerId: 'P04', name: 'Citra', ...keys.P04!, madeAt: now });
  const url = 'https://coordinator.decima.example';
  joinByInvitation(
    catalog,
    writeInvitation({ coordinatorUrl: url, roster: signedRoster, plan: first, chemistryKey }),
    now,
  );
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true, force: true });
});

const signedByOthers = (document: Roster, besides: readonly string[]): SignedRoster =>
  ['P01', 'P02', 'P03', 'P04']
    .filter((id) => !besides.includes(id))
    .reduce((signed, id) => withSignature(signed, id, keys[id]!), { roster: document, signatures: {} } as SignedRoster);

const continuing = (signed: SignedRoster) =>
  writeInvitation({
    coordinatorUrl: 'https://coordinator.decima.example',
    roster: signed,
    plan: {
      ...first,
      series: 'decima-2',
      rosterHash: rosterHash(signed.roster),
      continueFrom: { series: first.series, planHash: planHash(first), rounds: 2, trunkHash: 'a'.repeat(64) },
    },
    chemistryKey,
  });

describe('a partner that replaces its key', () => {
  it('signs the new roster with both, and takes the new key with the series that begins under it', () => {
    const made = prepareKey(catalog, 'rotation', randomFrom('next')(32), now);
    expect(describeKeys(catalog)).toMatchObject({
      next: { publicKey: made.publicKey, reason: 'rotation' },
      replaced: [],
    });
    expect(toBase64url(readIdentity(catalog)!.publicKey)).toBe(roster.partners[3]!.key);

    const half = signedByOthers(replaced('P04', made.publicKey), ['P04']);
    const whole = JSON.parse(signRosterText(catalog, JSON.stringify(half)).roster) as SignedRoster;
    expect(Object.keys(whole.endorsements ?? {})).toEqual(['P04']);
    expect(keyChanges(roster, whole)).toMatchObject([{ partner: { id: 'P04' }, by: 'old-key', reason: null }]);

    const text = continuing(whole);
    expect(previewInvitation(catalog, text).continues).toMatchObject({
      changed: [{ id: 'P04' }],
      keys: [{ id: 'P04', by: 'old-key', reason: null }],
    });
    joinByInvitation(catalog, text, later);
    expect(toBase64url(readIdentity(catalog)!.publicKey)).toBe(made.publicKey);
    expect(readConsortium(catalog, first.series)?.state).toBe('finished');
    expect(describeKeys(catalog)).toMatchObject({ next: null, replaced: [{ reason: 'rotation', replacedAt: later }] });
    const secrets = catalog.db.prepare('select secret_key from partner_key').pluck().all();
    expect(secrets).toEqual([null]);
  });

  it('is not believed by the others without its old key and without a reason', () => {
    const thief = signingKeys(randomFrom('thief')(32));
    const document = replaced('P02', toBase64url(thief.publicKey));
    const signed = withSignature(signedByOthers(document, ['P02', 'P04']), 'P02', thief);
    expect(() => signRosterText(catalog, JSON.stringify(signed))).toThrow(
      /ROSTER_INVALID.*key-replaced-without-reason/,
    );
    const forged = withEndorsement(signed, 'P02', thief);
    expect(() => signRosterText(catalog, JSON.stringify(forged))).toThrow(/key-replaced-without-reason/);
    const endorsed = withEndorsement(signed, 'P02', keys.P02!);
    expect(() => signRosterText(catalog, JSON.stringify(endorsed))).not.toThrow();
  });

  it('whose laptop was stolen comes back by the word of the others, who state the reason', () => {
    const fresh = signingKeys(randomFrom('fresh')(32));
    const lost = { P02: 'laptop stolen on 21 November; words compared by telephone' };
    const document = replaced('P02', toBase64url(fresh.publicKey), { lost });
    const signed = withSignature(signedByOthers(document, ['P02', 'P04']), 'P02', fresh);
    const whole = JSON.parse(signRosterText(catalog, JSON.stringify(signed)).roster) as SignedRoster;
    expect(previewInvitation(catalog, continuing(whole)).continues?.keys).toEqual([
      { id: 'P02', by: 'word', reason: lost.P02 },
    ]);
    joinByInvitation(catalog, continuing(whole), later);
    expect(toBase64url(readIdentity(catalog)!.publicKey)).toBe(roster.partners[3]!.key);
  });

  it('must do so in the successor of the roster that is known', () => {
    const fresh = signingKeys(randomFrom('fresh')(32));
    const document = replaced('P02', toBase64url(fresh.publicKey), { lost: { P02: 'lost' }, previous: 'b'.repeat(64) });
    const signed = withSignature(signedByOthers(document, ['P02']), 'P02', fresh);
    expect(() => requireSuccessor(roster, signed)).toThrow(/other-previous/);
    expect(() => previewInvitation(catalog, continuing(signed))).toThrow(/other-previous/);
  });

  it('may think better of it: the last prepared key counts, and a roster with the present one is signed with that', () => {
    prepareKey(catalog, 'rotation', randomFrom('one')(32), now);
    const second = prepareKey(catalog, 'loss', randomFrom('two')(32), now);
    expect(describeKeys(catalog).next).toMatchObject({ publicKey: second.publicKey, reason: 'loss' });
    const same = { ...roster, previous: rosterHash(roster) };
    const signed = JSON.parse(signRosterText(catalog, JSON.stringify(signedByOthers(same, ['P04']))).roster);
    expect(signed.endorsements).toBeUndefined();
    expect(readRoster(signed).signatures.P04).toBeDefined();
  });

  it('is named in its statements only as a member', () => {
    const document = { ...roster, lost: { P09: 'nobody' } };
    expect(() => readRoster({ roster: document, signatures: {} })).toThrow(/not-in-roster/);
  });
});
