import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Charter,
  charterHash,
  charterText,
  readCharter,
  readCompleteCharter,
  type SignedCharter,
  withCharterSignature,
} from '../../src-main/federation/charter.ts';
import { charterDifference, charterRows } from '../../src-main/federation/charter-difference.ts';
import { charterFaults, planTermsHash } from '../../src-main/federation/charter-terms.ts';
import { planHash, readPlan } from '../../src-main/federation/plan.ts';
import { charterFromTemplate, nextCharter } from '../../src-main/release/charter-template.ts';
import { charteredConsortium } from '../fixtures/chartered-workspace.ts';

const consortium = charteredConsortium();
const { roster, plan, ids, keys } = consortium;
const { charter } = consortium.charter;

/** A charter with other figures and words in some of its places. */
const otherCharter: fc.Arbitrary<Charter> = fc
  .record({
    version: fc.integer({ min: 1, max: 9 }),
    purpose: fc.string({ minLength: 1 }),
    months: fc.option(fc.integer({ min: 1, max: 200 })),
    upload: fc.integer({ min: 1, max: 90_000 }),
    dropped: fc.subarray(ids.slice(0, 2)),
    liability: fc.array(fc.record({ who: fc.string({ minLength: 1 }), for: fc.string({ minLength: 1 }) })),
    rareRows: fc.boolean(),
  })
  .map(({ version, purpose, months, upload, dropped, liability, rareRows }) => {
    const { rareRows: kept, ...rounds } = charter.rounds;
    return {
      ...charter,
      ...{ version, purpose, liability },
      partners: charter.partners.filter(({ id }) => !dropped.includes(id)),
      retention: { ...charter.retention, escrowMonths: months },
      rounds: {
        ...rounds,
        deadlines: { ...rounds.deadlines, upload },
        ...(rareRows && kept !== undefined ? { rareRows: kept } : {}),
      },
    };
  });

describe('the difference of two charters', () => {
  it('turns every value of the old one into the new one, and names nothing that is equal', () => {
    fc.assert(
      fc.property(otherCharter, otherCharter, (before, after) => {
        const values = new Map(charterRows(before));
        for (const { place, change, before: was, after: is } of charterDifference(before, after)) {
          if (place === 'liability') continue; // the order of its rows
          expect(values.get(place)).toBe(change === 'new' ? undefined : was);
          if (change === 'gone') values.delete(place);
          else values.set(place, is);
        }
        expect(values).toEqual(charterRows(after));
      }),
    );
  });

  it('is nothing between equal charters, and the same places the other way round', () => {
    fc.assert(
      fc.property(otherCharter, otherCharter, (one, other) => {
        expect(charterDifference(one, structuredClone(one))).toEqual([]);
        const places = (changes: readonly { readonly place: string }[]) => changes.map(({ place }) => place).sort();
        expect(places(charterDifference(one, other))).toEqual(places(charterDifference(other, one)));
      }),
    );
  });

  it('is no difference exactly where the hash is the same', () => {
    fc.assert(
      fc.property(otherCharter, otherCharter, (one, other) => {
        expect(charterDifference(one, other).length === 0).toBe(charterHash(one) === charterHash(other));
      }),
    );
  });

  it('keeps the places of the partners that stay when one goes', () => {
    const [gone] = ids;
    const fewer = { ...charter, partners: charter.partners.slice(1) };
    const changes = charterDifference(charter, fewer);
    expect(changes.every(({ place, change }) => change === 'gone' && place.startsWith(`partners.${gone}.`))).toBe(true);
  });
});

describe('a row of liability or contacts', () => {
  const first = charter.liability[0]!;
  const row = { who: 'The auditor', for: 'What the auditor keeps.' };

  it('that is put in between others is one change, and so is one that is taken out', () => {
    const more = { ...charter, liability: [first, row, ...charter.liability.slice(1)] };
    const place = 'liability.The auditor';
    expect(charterDifference(charter, more)).toEqual([{ place, change: 'new', before: null, after: row.for }]);
    expect(charterDifference(more, charter)).toEqual([{ place, change: 'gone', before: row.for, after: null }]);
  });

  it('of a contact is named by partner and task', () => {
    const contact = charter.contacts[1]!;
    const contacts = charter.contacts.with(1, { ...contact, reach: 'new@example.org' });
    expect(charterDifference(charter, { ...charter, contacts })).toEqual([
      {
        place: `contacts.${contact.partner} ${contact.role}`,
        change: 'changed',
        before: `${contact.name}\n${contact.reach}`,
        after: `${contact.name}\nnew@example.org`,
      },
    ]);
  });

  it('under a heading that is there already is told from it, and a changed order is one change of the list', () => {
    const twice = { ...charter, liability: [...charter.liability, { ...first, for: 'And more.' }] };
    expect(charterDifference(charter, twice)).toMatchObject([{ place: `liability.${first.who}\n2`, change: 'new' }]);
    const turned = { ...charter, liability: charter.liability.toReversed() };
    expect(charterDifference(charter, turned)).toMatchObject([{ place: 'liability', change: 'changed' }]);
  });
});

describe('a charter from the template', () => {
  it.each(['en', 'ja'] as const)(
    'is readable and says that it is no legal advice, and names what is open (%s)',
    (language) => {
      const drafted = charterFromTemplate(language, roster, plan, {}, '2026-03-01');
      expect(drafted.changes).toMatch(language === 'en' ? /not legal advice/ : /法的助言ではありません/);
      expect(drafted.purpose).toContain('Decima');
      expect(readCharter({ charter: drafted, signatures: {} }).charter).toEqual(drafted);
      const open = charterFaults(drafted, roster, plan);
      expect(new Set(open.map(({ reason }) => reason))).toEqual(new Set(['unfilled']));
      expect(open.map(({ place }) => place)).toEqual(
        expect.arrayContaining(['purpose', 'coordinator.operator', 'contacts.1.name', 'contacts.6.reach', 'changes']),
      );
      expect(open.find(({ place }) => place === 'contacts.3.name')?.found).toContain('{{steward.P02: ');
    },
  );

  it('has the same open places in both languages', () => {
    const [english, japanese] = (['en', 'ja'] as const).map((language) =>
      charterFaults(charterFromTemplate(language, roster, plan, {}, '2026-03-01'), roster, plan).map(
        ({ place, found }) => [place, String(found).split(':')[0]],
      ),
    );
    expect(japanese).toEqual(english);
  });

  it('has figures, keys and hashes of the roster and the plan, and no fault once it is filled', () => {
    expect(charterFaults(charter, roster, plan)).toEqual([]);
    expect(charter.partners.map(({ key }) => key)).toEqual(roster.partners.map(({ key }) => key));
    expect(charter.limits).toEqual(plan.disclosure);
  });
});

describe('the check of a charter', () => {
  it('names each place that is not what roster and plan say', () => {
    const { upload } = plan.deadlines;
    const later = { ...plan, deadlines: { ...plan.deadlines, upload: upload + 1 } };
    const faults = charterFaults(charter, roster, later);
    expect(faults).toContainEqual({
      place: 'rounds.deadlines.upload',
      reason: 'differs',
      found: upload,
      expected: upload + 1,
    });
    expect(faults.map(({ place }) => place)).toContain('planTerms');
    const other = { ...roster, partners: roster.partners.map((one) => ({ ...one, name: `${one.name} KK` })) };
    expect(charterFaults(charter, other, plan).map(({ place }) => place)).toEqual(
      expect.arrayContaining(['rosterHash', 'partners.P01.name', 'partners.P03.name']),
    );
    const silent = { ...charter, contacts: charter.contacts.filter(({ partner }) => partner !== 'P02') };
    expect(charterFaults(silent, roster, plan)).toContainEqual({
      ...{ place: 'contacts.P02', reason: 'contact-missing', found: null, expected: 'P02' },
    });
  });

  it('lets a plan name the charter that is about it', () => {
    expect(plan.charterHash).toBe(charterHash(charter));
    const { charterHash: _, ...bare } = plan;
    expect(planTermsHash(plan)).toBe(planTermsHash(bare));
    expect(planHash(plan)).not.toBe(planHash(bare));
    expect(readPlan(bare, roster)).toEqual(bare);
  });

  it('refuses text that reads otherwise than it is written', () => {
    for (const purpose of ['left\u202Eright', 'bell\u0007', '\uFEFFmark', '\uD800', '']) {
      const wrong = { charter: { ...charter, purpose }, signatures: {} };
      expect(() => readCharter(wrong)).toThrow(/CHARTER_INVALID.*purpose/);
    }
  });
});

describe('the signatures of a charter', () => {
  it('are needed from every partner', () => {
    fc.assert(
      fc.property(fc.subarray([...ids]), (signing) => {
        const signed = signing.reduce<SignedCharter>((document, id) => withCharterSignature(document, id, keys[id]!), {
          charter,
          signatures: {},
        });
        if (signing.length === ids.length) expect(readCompleteCharter(signed)).toEqual(signed);
        else expect(() => readCompleteCharter(signed)).toThrow(/CHARTER_INVALID.*signature-missing/);
      }),
    );
  });

  it('hold for no other text, and no other key gives them', () => {
    const changed = { ...consortium.charter, charter: { ...charter, purpose: `${charter.purpose} More.` } };
    expect(() => readCharter(changed)).toThrow(/signatures\.P01.*signature-does-not-hold/);
    expect(() => withCharterSignature({ charter, signatures: {} }, 'P01', keys.P02!)).toThrow(/not-in-charter/);
  });

  it('are none on the next version, which names the one before it', () => {
    const next = nextCharter(charter, roster, plan, '2026-06-01');
    expect(next).toMatchObject({ version: 2, previous: charterHash(charter), issued: '2026-06-01' });
    const places = charterDifference(charter, next).map(({ place }) => place);
    expect(new Set(places)).toEqual(new Set(['version', 'previous', 'issued']));
    expect(() => readCompleteCharter(JSON.parse(charterText({ charter: next, signatures: {} })))).toThrow(/missing/);
  });
});
