/** A series of four partners, and the one that continues it under a roster with another key. */
import { consistencyRecord, stagesWithoutStructures } from '../../src-main/chemistry/consistency.ts';
import { chemistryParameters, parameterHash, rulesOf } from '../../src-main/chemistry/parameters.ts';
import { writeInvitation } from '../../src-main/federation/invitation.ts';
import { planHash } from '../../src-main/federation/plan.ts';
import { type Roster, rosterHash, type SignedRoster, withSignature } from '../../src-main/federation/roster.ts';
import { makeConsortium } from './consortium.ts';

export const { roster, plan, keys, signedRoster } = makeConsortium(4);
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

export const replaced = (id: string, key: string, more: Partial<Roster> = {}): Roster => ({
  ...roster,
  previous: rosterHash(roster),
  partners: roster.partners.map((partner) => (partner.id === id ? { ...partner, key } : partner)),
  ...more,
});

export const first = { ...plan, ...agreed };

export const firstInvitation = writeInvitation({
  coordinatorUrl: 'https://coordinator.decima.example',
  roster: signedRoster,
  plan: first,
  chemistryKey,
});

export const signedByOthers = (document: Roster, besides: readonly string[]): SignedRoster =>
  ['P01', 'P02', 'P03', 'P04']
    .filter((id) => !besides.includes(id))
    .reduce((signed, id) => withSignature(signed, id, keys[id]!), { roster: document, signatures: {} } as SignedRoster);

export const continuing = (signed: SignedRoster) =>
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
