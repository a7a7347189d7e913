import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIdentity, readIdentity } from '../../src-main/catalog/identity.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { signingKeys } from '../../src-main/federation/identity.ts';
import {
  describeKeys,
  joinByInvitation,
  prepareKey,
  previewInvitation,
  signRosterText,
} from '../../src-main/federation/invitation.ts';
import { makeKeyCard, nextRoster, type RosterChanges, readKeyCard } from '../../src-main/federation/key-card.ts';
import {
  keyChanges,
  readRoster,
  requireSuccessor,
  rosterHash,
  type SignedRoster,
  withEndorsement,
  withSignature,
} from '../../src-main/federation/roster.ts';
import { readConsortium } from '../../src-main/federation/series.ts';
import { randomFrom } from './consortium.ts';
import { continuing, first, firstInvitation, keys, replaced, roster, signedByOthers } from './rotation.ts';

const now = '2026-11-23T12:00:00.000Z';
const later = '2026-12-01T12:00:00.000Z';

let folder: string;
/** Of P04, which has joined the first series. */
let catalog: Catalog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-keys-'));
  catalog = openCatalog(join(folder, 'catalog.sqlite'), Buffer.alloc(32, 7));
  addIdentity(catalog, { partnerId: 'P04', name: 'Citra', ...keys.P04!, madeAt: now });
  joinByInvitation(catalog, firstInvitation, now);
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true, force: true });
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

describe('the next roster', () => {
  const fresh = signingKeys(randomFrom('fresh')(32));
  const key = toBase64url(fresh.publicKey);
  const who = { partner: 'P04', name: 'Citra' };
  const endorsed = makeKeyCard(who, fresh, keys.P04!);
  const nothing: RosterChanges = { cards: [], lost: {}, weights: {}, leaving: [] };

  it('takes a key from the card that the old key has signed, and can be signed as it is', () => {
    const assembled = nextRoster(roster, { ...nothing, cards: [readKeyCard(endorsed)] });
    expect(assembled).toEqual(replaced('P04', key));
    const signed = withSignature(withEndorsement(signedByOthers(assembled, ['P04']), 'P04', keys.P04!), 'P04', fresh);
    expect(() => requireSuccessor(roster, signed)).not.toThrow();
  });

  it('takes a key without the word of the old one only with a reason, which everybody signs', () => {
    const lost = { P04: 'laptop stolen; words compared by telephone' };
    for (const card of [makeKeyCard(who, fresh, undefined), makeKeyCard(who, fresh, keys.P01!)]) {
      const cards = [readKeyCard(card)];
      expect(() => nextRoster(roster, { ...nothing, cards })).toThrow(/key-replaced-without-reason/);
      expect(nextRoster(roster, { ...nothing, cards, lost })).toEqual(replaced('P04', key, { lost }));
    }
    expect(nextRoster(roster, { ...nothing, cards: [endorsed], lost })).toEqual(replaced('P04', key));
  });

  it('has newcomers last, under a weight, and those that leave no more', () => {
    const cards = [readKeyCard(makeKeyCard({ partner: 'P05', name: 'Nova' }, fresh, undefined))];
    expect(() => nextRoster(roster, { ...nothing, cards })).toThrow(/weight-missing/);
    const assembled = nextRoster(roster, { ...nothing, cards, weights: { P05: 700, P01: 50 }, leaving: ['P02'] });
    expect(assembled.partners.map(({ id, weight }) => [id, weight])).toEqual([
      ['P01', 50],
      ['P03', 3000],
      ['P04', 4000],
      ['P05', 700],
    ]);
    expect(() => nextRoster(roster, { ...nothing, leaving: ['P09'] })).toThrow(/not-in-roster/);
  });

  it('takes no card that was changed on the way', () => {
    const thief = toBase64url(signingKeys(randomFrom('thief')(32)).publicKey);
    expect(() => readKeyCard({ ...endorsed, card: { ...endorsed.card, key: thief } })).toThrow(/does-not-hold/);
    expect(() => readKeyCard({ ...endorsed, card: { ...endorsed.card, partner: 'P03' } })).toThrow(/does-not-hold/);
    expect(() => readKeyCard({ card: endorsed.card })).toThrow(/wrong-shape/);
  });
});
