import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readIdentity } from '../../src-main/catalog/identity.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { consistencyRecord, stagesWithoutStructures } from '../../src-main/chemistry/consistency.ts';
import {
  chemistryParameters,
  chooseChemistryRules,
  parameterHash,
  readChemistryParameters,
  rulesOf,
} from '../../src-main/chemistry/parameters.ts';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { words } from '../../src-main/federation/fingerprint-words.ts';
import { fingerprintOf, sign, signatureHolds, signingKeys } from '../../src-main/federation/identity.ts';
import {
  joinByInvitation,
  makeIdentity,
  previewInvitation,
  signRosterText,
  writeInvitation,
} from '../../src-main/federation/invitation.ts';
import { integerWeights, planHash, readPlan, thresholdFor } from '../../src-main/federation/plan.ts';
import {
  type Roster,
  readCompleteRoster,
  readRoster,
  rosterHash,
  withSignature,
} from '../../src-main/federation/roster.ts';
import { makeConsortium, randomFrom } from './consortium.ts';

const consortium = makeConsortium(4);
const { roster, signedRoster, plan, keys } = consortium;

describe('an identity', () => {
  it('signs by the known answer of RFC 8032 (7.1, test 2), under a heading of its own', () => {
    const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex');
    const { publicKey, secretKey } = signingKeys(seed);
    expect(Buffer.from(publicKey).toString('hex')).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    );
    const bytes = new TextEncoder().encode('plan');
    const signature = sign('roster', bytes, secretKey);
    expect(signatureHolds('roster', bytes, signature, publicKey)).toBe(true);
    expect(signatureHolds('message', bytes, signature, publicKey)).toBe(false);
    expect(signatureHolds('roster', bytes, signature, keys.P01!.publicKey)).toBe(false);
    expect(signatureHolds('roster', bytes, signature.subarray(1), publicKey)).toBe(false);
  });

  it('is told by twelve words out of 256 that are unlike each other', () => {
    expect(words).toHaveLength(256);
    expect(new Set(words).size).toBe(256);
    expect(words.every((word) => /^[a-z]{4,8}$/.test(word))).toBe(true);
    const fingerprint = fingerprintOf(keys.P01!.publicKey);
    expect(fingerprint.words).toHaveLength(12);
    expect(fingerprint.words.map((word) => words.indexOf(word).toString(16).padStart(2, '0')).join('')).toBe(
      fingerprint.hex.slice(0, 24),
    );
    expect(fingerprintOf(keys.P02!.publicKey).words).not.toEqual(fingerprint.words);
  });
});

describe('a roster', () => {
  const change = (partners: Roster['partners']) => ({ roster: { ...roster, partners }, signatures: {} });

  it('is complete when every partner has signed it, and says who has not', () => {
    expect(readCompleteRoster(signedRoster)).toEqual(signedRoster);
    const { P03: _, ...others } = signedRoster.signatures;
    expect(readRoster({ roster, signatures: others }).signatures.P03).toBeUndefined();
    expect(() => readCompleteRoster({ roster, signatures: others })).toThrow(/signature-missing/);
  });

  it('is refused when a word of it was changed after signing, or a signature is another’s', () => {
    const weight = { ...signedRoster, roster: { ...roster, name: 'Undecima' } };
    expect(() => readRoster(weight)).toThrow(/signature-does-not-hold/);
    const { P01, P02 } = signedRoster.signatures;
    const exchanged = { roster, signatures: { ...signedRoster.signatures, P01: P02, P02: P01 } };
    expect(() => readRoster(exchanged)).toThrow(/signature-does-not-hold/);
    expect(() => withSignature(signedRoster, 'P01', keys.P02!)).toThrow(/not-in-roster/);
  });

  it('is refused with partners that share an id or a key, with fewer than three, or one that is called as the coordinator', () => {
    const [first, second, third] = roster.partners as [
      Roster['partners'][0],
      Roster['partners'][0],
      Roster['partners'][0],
    ];
    expect(() => readRoster(change([first, second, { ...third, id: first.id }]))).toThrow(/same-id-twice/);
    expect(() => readRoster(change([first, second, { ...third, key: first.key }]))).toThrow(/same-key-twice/);
    expect(() => readRoster(change([first, second]))).toThrow(/wrong-shape/);
    expect(() => readRoster(change([first, second, { ...third, id: 'coordinator' }]))).toThrow(/wrong-shape/);
  });
});

describe('a plan', () => {
  it('asks for more than two thirds, so that two groups that are enough always share a partner', () => {
    expect([3, 4, 10, 50].map(thresholdFor)).toEqual([3, 3, 7, 34]);
    for (let partners = 3; partners <= 50; partners++) expect(2 * thresholdFor(partners)).toBeGreaterThan(partners);
  });

  it('gives each partner an integer weight in proportion, at least 1, at most 1024 together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 3, maxLength: 50 }), (sizes) => {
        const partners = sizes.map((weight, i) => ({ id: `P${i}`, weight }));
        const weights = Object.values(integerWeights({ partners } as unknown as Roster));
        const total = sizes.reduce((sum, size) => sum + size, 0);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(1024);
        weights.forEach((weight, i) => {
          expect(weight).toBeGreaterThanOrEqual(1);
          expect(weight).toBeLessThanOrEqual(Math.max(1, (sizes[i]! / total) * 1024));
        });
      }),
    );
  });

  it.each([
    ['for another roster', { rosterHash: 'f'.repeat(64) }, 'other-roster'],
    ['with a lower threshold', { threshold: 2 }, 'other-threshold'],
    ['with fewer survivors than three', { minimumSurvivors: 2 }, 'other-minimum'],
    ['with weights that could overflow', { weights: { ...plan.weights, P01: 1000 } }, 'sum-could-overflow'],
    ['with weights of others', { weights: { P01: 1, P02: 1, P03: 1 } }, 'weights-of-others'],
    ['with a partner as coordinator', { coordinator: toBase64url(keys.P01!.publicKey) }, 'coordinator-is-a-partner'],
    [
      'with tensors that overlap',
      { tensors: [plan.tensors[0]!, { ...plan.tensors[1]!, offset: 1 }] },
      'tensors-not-in-line',
    ],
    ['with a field that nobody knows', { momentum: 0.9 }, 'wrong-shape'],
  ])('is refused %s', (_case, change, reason) => {
    expect(() => readPlan({ ...plan, ...change }, roster)).toThrow(new RegExp(`PLAN_INVALID.*${reason}`));
  });

  it('has a hash that every change of it changes', () => {
    expect(planHash(plan)).toMatch(/^[0-9a-f]{64}$/);
    const changed = { ...plan, recipe: { ...plan.recipe, dropout: 0.71 } };
    expect(planHash(changed)).not.toBe(planHash(plan));
  });
});

describe('a partner that joins', () => {
  let folder: string;
  let catalog: Catalog;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-join-'));
    catalog = openCatalog(join(folder, 'catalog.sqlite'), Buffer.alloc(32, 1));
  });
  afterEach(() => {
    catalog.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const now = '2025-11-25T13:40:00.000Z';
  const chemistryKey = 'a secret of the consortium';
  const parameters = chemistryParameters(chemistryKey, { foldRule: 'tuner-scaffold' });
  const ofStructures = { parent: 'p', tautomer: 't', fingerprint: 'f', scramble: 's', fold: 'o' };

  function invited() {
    const { publicKey } = makeIdentity(catalog, { partnerId: 'P04', name: 'Citra' }, randomFrom('citra')(32), now);
    const partners = roster.partners.map((partner) =>
      partner.id === 'P04' ? { ...partner, key: publicKey } : partner,
    );
    const changed: Roster = { ...roster, partners };
    const half = ['P01', 'P02', 'P03'].reduce((signed, id) => withSignature(signed, id, keys[id]!), {
      roster: changed,
      signatures: {},
    } as typeof signedRoster);
    const mine = signRosterText(catalog, JSON.stringify(half));
    const signed = readCompleteRoster(JSON.parse(mine.roster));
    const joined = {
      ...plan,
      rosterHash: rosterHash(changed),
      chemistry: rulesOf(parameters),
      chemistryHash: parameterHash(parameters),
      consistency: consistencyRecord({ ...stagesWithoutStructures(parameters), ...ofStructures }),
    };
    return { coordinatorUrl: 'https://coordinator.decima.example', roster: signed, plan: joined, chemistryKey };
  }

  it('signs the roster, reads the invitation and takes over the key and the rules of chemistry', () => {
    const content = invited();
    const text = writeInvitation(content);
    const preview = previewInvitation(catalog, text);
    expect(preview).toMatchObject({
      name: 'Decima',
      changesChemistry: true,
      coordinator: { host: 'coordinator.decima.example' },
      plan: { chemistry: { foldRule: 'tuner-scaffold', tautomer: 'canonical' } },
    });
    expect(preview.members.map(({ id, you, signedRoster: signed }) => [id, you, signed])).toEqual([
      ['P01', false, true],
      ['P02', false, true],
      ['P03', false, true],
      ['P04', true, true],
    ]);
    expect(readChemistryParameters(catalog).key).not.toBe(chemistryKey);
    const joined = joinByInvitation(catalog, text, now);
    expect(joined).toMatchObject({ series: plan.series, state: 'joined', participation: 'stopped' });
    expect(readChemistryParameters(catalog)).toEqual(parameters);
    expect(joinByInvitation(catalog, text, '2026-01-01T00:00:00.000Z').joinedAt).toBe(now);
  });

  it('refuses chemistry that is not its own, and names the part that differs', () => {
    const content = invited();
    const read = (change: object) => () => previewInvitation(catalog, writeInvitation({ ...content, ...change }));
    const planned = (change: object) => read({ plan: { ...content.plan, ...change } });
    expect(read({ chemistryKey: 'another secret altogether' })).toThrow(/other-key/);
    const otherFolds = rulesOf(chemistryParameters('', { foldRule: 'tuner-lsh' }));
    expect(planned({ chemistry: otherFolds })).toThrow(/other-parameters/);
    expect(planned({ chemistry: { ...otherFolds, foldRule: 'random' } })).toThrow(/wrong-shape/);
    const { consistency } = content.plan;
    const otherToolkit = { ...consistency, 'chemistry.toolkit': 'e'.repeat(64) };
    expect(planned({ chemistryHash: 'e'.repeat(64), consistency: otherToolkit })).toThrow(/other-toolkit/);
    expect(planned({ chemistryHash: 'e'.repeat(64) })).toThrow(/other-chemistry/);
  });

  it('keeps to the rules of its consortium, which it could choose before', () => {
    expect(chooseChemistryRules(catalog, { foldRule: 'tuner-lsh' })).toMatchObject({ tautomer: 'canonical' });
    expect(chooseChemistryRules(catalog, { tautomer: 'as-given' })).toMatchObject({ foldRule: 'tuner-lsh' });
    joinByInvitation(catalog, writeInvitation(invited()), now);
    expect(() => chooseChemistryRules(catalog, { foldRule: 'scaffold' })).toThrow(/NOT_ALLOWED.*no-consortium/);
    expect(readChemistryParameters(catalog)).toEqual(parameters);
  });

  it('refuses an invitation for somebody else, or half signed', () => {
    const content = invited();
    const read = (change: object) => () => previewInvitation(catalog, writeInvitation({ ...content, ...change }));
    const { P02: _, ...signatures } = content.roster.signatures;
    expect(read({ roster: { ...content.roster, signatures } })).toThrow(/signature-missing/);
    const { chemistry, chemistryHash } = content.plan;
    expect(read({ roster: signedRoster, plan: { ...plan, chemistry, chemistryHash } })).toThrow(/not-in-roster/);
    expect(() => previewInvitation(catalog, 'Dear partner')).toThrow(/ROSTER_INVALID/);
  });

  it('makes its keys once', () => {
    makeIdentity(catalog, { partnerId: 'P04', name: 'Citra' }, randomFrom('citra')(32), now);
    const again = () => makeIdentity(catalog, { partnerId: 'P05', name: 'Delix' }, randomFrom('delix')(32), now);
    expect(again).toThrow(/NOT_ALLOWED/);
    expect(readIdentity(catalog)?.partnerId).toBe('P04');
  });
});
