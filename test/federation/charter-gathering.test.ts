import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Charter,
  charterHash,
  readCharter,
  type SignedCharter,
  withCharterSignature,
} from '../../src-main/federation/charter.ts';
import {
  type Gathering,
  gatheringBytes,
  nothingGathered,
  readGathering,
  withHandedIn,
} from '../../src-main/federation/charter-gathering.ts';
import { nextCharter } from '../../src-main/release/charter-template.ts';
import { charteredConsortium } from '../fixtures/chartered-workspace.ts';

const { ids, keys, roster, plan, charter: first } = charteredConsortium();
const series = { roster, plan };
const begun: Gathering = { versions: [first], proposals: [] };

const signedBy = (document: Charter, by: readonly string[]): SignedCharter =>
  by.reduce((signed, id) => withCharterSignature(signed, id, keys[id]!), { charter: document, signatures: {} });
const second = (purpose = first.charter.purpose): Charter => ({
  ...nextCharter(first.charter, roster, plan, '2026-06-01'),
  purpose,
});
const handIn = (gathered: Gathering, document: Charter, by: string) =>
  withHandedIn(gathered, readCharter(signedBy(document, [by])), by, series);

describe('charters that partners hand in', () => {
  it('are a version once all have signed, in whichever order and however often they come', () => {
    const orders = fc.array(fc.constantFrom(...ids), { maxLength: 6 }).map((some) => [...some, ...ids]);
    fc.assert(
      fc.property(orders, (order) => {
        const gathered = order.reduce((so, id) => handIn(so, second(), id), begun);
        expect(gathered.proposals).toEqual([]);
        expect(gathered.versions).toEqual([first, signedBy(second(), ids)]);
        expect(readGathering(gatheringBytes(gathered))).toEqual(gathered);
      }),
      { numRuns: 20 },
    );
  });

  it('wait while a signature is missing, each partner with one proposal of its own', () => {
    const [one, two] = [second('One purpose.'), second('Another purpose.')];
    const both = handIn(handIn(begun, one, ids[0]!), two, ids[1]!);
    expect(both.proposals.map(({ by, signed }) => [by, signed.charter.purpose])).toEqual([
      [ids[0], 'One purpose.'],
      [ids[1], 'Another purpose.'],
    ]);
    const changed = handIn(both, second('A better one.'), ids[0]!);
    expect(changed.proposals.map(({ signed }) => signed.charter.purpose)).toEqual([
      'Another purpose.',
      'A better one.',
    ]);
    const agreed = ids.reduce((so, id) => handIn(so, two, id), changed);
    expect(agreed.versions.at(-1)?.charter.purpose).toBe('Another purpose.');
    expect(agreed.proposals).toEqual([]);
  });

  it('begin with the one that the plan names', () => {
    const gathered = withHandedIn(nothingGathered, first, ids[2]!, series);
    expect(gathered.versions.map(({ charter }) => charterHash(charter))).toEqual([plan.charterHash]);
    const other = { ...first.charter, purpose: 'Another purpose.' };
    expect(() => handIn(nothingGathered, other, ids[0]!)).toThrow(/CHARTER_INVALID.*other-charter/);
  });

  it.each([
    ['that does not follow the last version', (charter: Charter) => ({ ...charter, version: 3 }), /other-version/],
    ['of another roster', (charter: Charter) => ({ ...charter, rosterHash: 'a'.repeat(64) }), /rosterHash.*differs/],
    ['of another plan', (charter: Charter) => ({ ...charter, planTerms: 'a'.repeat(64) }), /planTerms.*differs/],
    [
      'with another weight',
      (charter: Charter) => ({ ...charter, weights: { ...charter.weights, of: { ...charter.weights.of, P01: 999 } } }),
      /weights\.of\.P01.*differs/,
    ],
    ['with an open place', (charter: Charter) => ({ ...charter, purpose: '{{use: what for}}' }), /purpose.*unfilled/],
  ])('are refused for one %s', (_, change, reason) => {
    expect(() => handIn(begun, change(second()), ids[0]!)).toThrow(reason);
  });

  it('are refused from whoever has not signed', () => {
    const given = signedBy(second(), [ids[1]!]);
    expect(() => withHandedIn(begun, given, ids[0]!, series)).toThrow(/signatures\.P01.*signature-missing/);
  });
});
