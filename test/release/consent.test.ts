import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consentsTo, newestCharter } from '../../src-main/catalog/consents.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import type { Capacity } from '../../src-main/contract/consent.ts';
import type { Person } from '../../src-main/contract/settings.ts';
import { signingKeys } from '../../src-main/federation/identity.ts';
import { currentConsortium } from '../../src-main/federation/series.ts';
import { inventPerson } from '../../src-main/release/accounts.ts';
import { findAudit } from '../../src-main/release/audit.ts';
import {
  type Consent,
  capacitiesOf,
  consentHolds,
  consentStanding,
  mayConsent,
  mayWithdraw,
  signConsent,
} from '../../src-main/release/consent.ts';
import {
  consentSituation,
  giveConsent,
  missingConsent,
  receiveCharter,
  statementOf,
  withdrawalOf,
  withdrawConsent,
} from '../../src-main/release/consent-acts.ts';
import { describeConsent, exportCharter } from '../../src-main/release/consent-view.ts';
import { charteredConsortium, joinFirst, people } from '../fixtures/chartered-workspace.ts';

const charter = { hash: 'c'.repeat(64), version: 2 };
const keys = signingKeys(new Uint8Array(32).fill(7));

type Said = Partial<Pick<Consent, 'charterHash' | 'version' | 'kind' | 'capacity' | 'person' | 'alone'>>;
const say = (said: Said): Consent =>
  signConsent(
    {
      ...{ charterHash: charter.hash, version: charter.version, kind: 'given', capacity: 'steward', alone: false },
      ...{ person: 'Mara', role: said.capacity ?? 'steward', key: keys.publicKey },
      ...{ statement: 'I consent.', reason: '', at: '2026-03-01T09:00:00.000Z' },
      ...said,
    },
    keys,
  );
const both = [say({ capacity: 'steward', person: 'Mara' }), say({ capacity: 'compliance', person: 'Jonas' })] as const;
const standing = (said: readonly Consent[]) => consentStanding(charter, said, consentHolds);

describe('consent to a charter', () => {
  it('is given by a steward and an officer, in whichever order', () => {
    expect(standing(both)).toMatchObject({ state: 'given', missing: [] });
    expect(standing(both.toReversed())).toMatchObject({ state: 'given', missing: [] });
  });

  it('is missing as long as any of the two is, is of another version, or is under a signature that does not hold', () => {
    const spoilt = fc.constantFrom<(consent: Consent) => Consent | undefined>(
      () => undefined,
      (consent) => say({ ...consent, version: 1 }),
      (consent) => say({ ...consent, charterHash: 'd'.repeat(64) }),
      (consent) => ({ ...consent, statement: 'I consent to anything.' }),
      (consent) => ({ ...consent, person: 'Somebody' }),
      (consent) => ({ ...consent, alone: true }),
      (consent) => ({ ...consent, signature: consent.signature.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) }),
    );
    fc.assert(
      fc.property(fc.constantFrom(0, 1), spoilt, (which, spoil) => {
        const said = both.flatMap((consent, at) => (at === which ? (spoil(consent) ?? []) : [consent]));
        const { state, missing } = standing(said);
        expect(state).toBe('half');
        expect(missing).toEqual([both[which]!.capacity]);
      }),
    );
  });

  it('ends with any withdrawal after it, and needs both again', () => {
    const anything = fc.array(
      fc.record({
        kind: fc.constantFrom('given' as const, 'withdrawn' as const),
        capacity: fc.constantFrom<Capacity>('steward', 'compliance'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(anything, (acts) => {
        const said = acts.map(({ kind, capacity }) =>
          say({ kind, capacity, person: capacity === 'steward' ? 'Mara' : 'Jonas' }),
        );
        const since = acts.slice(acts.findLastIndex(({ kind }) => kind === 'withdrawn') + 1);
        const given = new Set(since.map(({ capacity }) => capacity));
        expect(standing(said).missing.length).toBe(2 - given.size);
        expect(standing(said).state === 'given').toBe(given.size === 2);
      }),
    );
  });

  it('is of two people, unless a workspace knew one only and both consents say so', () => {
    const one = (alone: boolean) => (['steward', 'compliance'] as const).map((capacity) => say({ capacity, alone }));
    expect(standing(one(false))).toMatchObject({ missing: ['other-person'] });
    expect(standing([one(true)[0]!, one(false)[1]!])).toMatchObject({ missing: ['other-person'] });
    expect(standing(one(true))).toMatchObject({ state: 'given', missing: [] });
  });
});

describe('who may consent and withdraw', () => {
  const ada: Person = { name: 'Ada', role: 'administrator' };
  const mara: Person = { name: 'Mara', role: 'steward' };
  const situation = { fourEyes: 'when-two-people', people: ['Mara', 'Jonas'], standing: standing([]) } as const;

  it('speaks by role: steward and officer, and nobody else', () => {
    expect(mayConsent({ ...situation, person: mara })).toMatchObject({ allowed: true, capacities: ['steward'] });
    for (const person of [ada, { name: 'Yumi', role: 'scientist' } as const, null]) {
      expect(mayConsent({ ...situation, person })).toMatchObject({ allowed: false, reason: 'role' });
      expect(mayWithdraw({ ...situation, person })).toMatchObject({ allowed: false, reason: 'role' });
    }
  });

  it('is an administrator in both capacities only where nobody else has an account', () => {
    const alone = { person: ada, people: ['Ada'] };
    expect(capacitiesOf({ ...alone, fourEyes: 'when-two-people' })).toEqual(['steward', 'compliance']);
    expect(capacitiesOf({ ...alone, fourEyes: 'never' })).toEqual(['steward', 'compliance']);
    expect(capacitiesOf({ ...alone, fourEyes: 'always' })).toEqual([]);
    expect(capacitiesOf({ person: ada, people: ['Ada', 'Mara'], fourEyes: 'never' })).toEqual([]);
  });

  it('gives no consent twice, nor for both under another role', () => {
    const given = standing([say({ capacity: 'steward', person: 'Mara' })]);
    expect(mayConsent({ ...situation, person: mara, standing: given })).toMatchObject({ reason: 'already-given' });
    const promoted: Person = { name: 'Mara', role: 'compliance' };
    expect(mayConsent({ ...situation, person: promoted, standing: given })).toMatchObject({ reason: 'same-person' });
    expect(mayWithdraw({ ...situation, person: promoted, standing: given })).toMatchObject({ allowed: true });
    expect(mayWithdraw({ ...situation, person: mara })).toMatchObject({ reason: 'not-given' });
  });
});

describe('consent in a workspace', () => {
  const consortium = charteredConsortium();
  let folder: string;
  let catalog: Catalog;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-consent-'));
    catalog = openCatalog(join(folder, 'catalog.db'), new Uint8Array(32));
  });
  afterEach(() => {
    catalog.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const held = () => newestCharter(catalog, consortium.plan.series)!;
  const missing = () => missingConsent(catalog, currentConsortium(catalog)!);

  async function consent(who: Person): Promise<void> {
    const invented = await inventPerson(catalog, who);
    const { capacities } = mayConsent(consentSituation(catalog, invented.person, held()));
    const statement = statementOf(catalog, held(), 'en', capacities);
    giveConsent(
      catalog,
      { charterHash: held().hash, statement, language: 'en', person: invented.person },
      invented.keys,
    );
  }

  it('is needed from the moment of joining, and leaves every answer in the log', async () => {
    await joinFirst(catalog, consortium, consortium.invitation);
    expect(missing()).toEqual(['steward', 'compliance']);
    await consent(people.steward);
    expect(missing()).toEqual(['compliance']);
    await consent(people.officer);
    expect(missing()).toEqual([]);
    const acts = findAudit(catalog, { group: 'decisions', limit: 9 }).entries.map(({ act, detail }) => [
      act,
      detail.capacity,
    ]);
    expect(acts).toEqual([
      ['consent-given', 'compliance'],
      ['consent-given', 'steward'],
    ]);
  });

  it('is not needed without a charter, and the overview says that there is none', async () => {
    await joinFirst(catalog, consortium, consortium.withoutCharter);
    expect(missing()).toEqual([]);
    expect(describeConsent(catalog, null, 'en', () => false)).toMatchObject({
      ...{ state: 'no-charter', required: false, charter: null, missing: [] },
    });
  });

  it('refuses an invitation whose plan names a charter that does not come with it', async () => {
    const { charter: _, ...without } = JSON.parse(consortium.invitation);
    await expect(joinFirst(catalog, consortium, JSON.stringify(without))).rejects.toThrow(/CHARTER_INVALID.*not-here/);
  });

  it('signs the words that were read, and no others', async () => {
    await joinFirst(catalog, consortium, consortium.invitation);
    const { person, keys: own } = await inventPerson(catalog, people.steward);
    const spoken = { charterHash: held().hash, language: 'en' as const, person };
    expect(() => giveConsent(catalog, { ...spoken, statement: 'Yes.' }, own)).toThrow(/INPUT_INVALID.*statement/);
    const english = statementOf(catalog, held(), 'en', ['steward']);
    expect(() => giveConsent(catalog, { ...spoken, language: 'ja', statement: english }, own)).toThrow(/INPUT_INVALID/);
    expect(() => giveConsent(catalog, { ...spoken, charterHash: 'e'.repeat(64), statement: english }, own)).toThrow(
      /NOT_FOUND/,
    );
    expect(consentsTo(catalog, held().hash)).toEqual([]);
  });

  it('counts nothing under a key that nobody here has', async () => {
    await joinFirst(catalog, consortium, consortium.invitation);
    const statement = statementOf(catalog, held(), 'en', ['steward']);
    giveConsent(catalog, { charterHash: held().hash, statement, language: 'en', person: people.steward }, keys);
    expect(missing()).toEqual(['steward', 'compliance']);
  });

  it('is asked for again by a changed version, whose difference is to the one that had consent', async () => {
    await joinFirst(catalog, consortium, consortium.invitation);
    await consent(people.steward);
    await consent(people.officer);
    const text = consortium.next((next) => ({ ...next, retention: { ...next.retention, logMonths: 60 } }));
    receiveCharter(catalog, currentConsortium(catalog)!, text, 'Jonas Wirth');
    const overview = describeConsent(catalog, null, 'en', () => false);
    expect(overview).toMatchObject({ state: 'needed', missing: ['steward', 'compliance'] });
    expect(overview.difference).toEqual({
      since: 1,
      changes: [{ place: 'retention.logMonths', change: 'changed', before: 120, after: 60 }],
    });
    expect(overview.history.map(({ version, said }) => [version, said.length])).toEqual([
      [2, 0],
      [1, 2],
    ]);
    await consent(people.steward);
    const [first] = consentsTo(catalog, held().hash);
    expect(first?.statement).toContain('what it changes since version 1');
  });

  it('is withdrawn by either with a reason, and what it cannot undo stands under the signature', async () => {
    await joinFirst(catalog, consortium, consortium.invitation);
    await consent(people.steward);
    await consent(people.officer);
    const { person, keys: own } = await inventPerson(catalog, people.officer);
    const statement = withdrawalOf(catalog, held(), 'en', ['compliance']);
    const spoken = { charterHash: held().hash, statement, language: 'en' as const, person, reason: 'A new contract.' };
    withdrawConsent(catalog, spoken, own);
    expect(missing()).toEqual(['steward', 'compliance']);
    expect(() => withdrawConsent(catalog, spoken, own)).toThrow(/NOT_ALLOWED.*not-given/);
    const overview = describeConsent(catalog, person, 'en', () => false);
    expect(overview.state).toBe('withdrawn');
    expect(overview.said.at(-1)).toMatchObject({ kind: 'withdrawn', reason: 'A new contract.', stands: true });
    expect(overview.said.at(-1)?.statement).toMatch(/What cannot be undone: packages that were sent/);
    const exported = JSON.parse(exportCharter(catalog, held().hash).json);
    expect(exported.consents).toHaveLength(3);
    expect(Object.keys(exported.signatures)).toEqual(consortium.ids);
  });
});
