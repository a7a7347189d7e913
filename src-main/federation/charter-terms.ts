/** What a charter says of its own: all that follows from roster and plan, and where a charter differs from them or is unfinished. */
import { canonicalHash } from './canonical.ts';
import { type Charter, charterInvalid } from './charter.ts';
import { charterDifference, charterLeaves, type Leaf } from './charter-difference.ts';
import { fingerprintOfText } from './identity.ts';
import { type Plan, vectorLength } from './plan.ts';
import { type Roster, rosterHash } from './roster.ts';

/** The plan names the charter, so the charter cannot name the plan's hash: this is the plan without that name. */
export function planTermsHash({ charterHash: _, ...terms }: Plan): string {
  return canonicalHash('plan terms', terms);
}

/** What people write themselves; the rest follows. */
export type CharterWords = Pick<
  Charter,
  'version' | 'issued' | 'language' | 'purpose' | 'retention' | 'withdrawal' | 'liability' | 'contacts' | 'changes'
> & {
  readonly previous?: string;
  readonly coordinator: Pick<Charter['coordinator'], 'operator'>;
  readonly weights: Pick<Charter['weights'], 'rule'>;
  readonly rounds: Pick<Charter['rounds'], 'rule'>;
};

/** The charter of these words for this roster and plan. */
export function charterFor(words: CharterWords, roster: Roster, plan: Plan): Charter {
  const { version, previous, issued, language, purpose, retention, withdrawal, liability, contacts, changes } = words;
  const { privateWeights, rounds, localSteps, batchSize } = plan.recipe;
  const { rareRows, voiding } = plan;
  return {
    format: 'chorale charter 1',
    name: roster.name,
    version,
    ...(previous === undefined ? {} : { previous }),
    issued,
    language,
    series: plan.series,
    rosterHash: rosterHash(roster),
    planTerms: planTermsHash(plan),
    purpose,
    partners: roster.partners.map(({ id, name, key }) => ({ id, name, key, fingerprint: fingerprintOfText(key).hex })),
    coordinator: {
      key: plan.coordinator,
      fingerprint: fingerprintOfText(plan.coordinator).hex,
      operator: words.coordinator.operator,
    },
    parameters: {
      chemistryHash: plan.chemistryHash,
      consistency: plan.consistency,
      hidden: plan.hidden,
      numbers: vectorLength(plan),
      rounds,
      localSteps,
      batchSize,
      encoding: plan.encoding,
      buildHash: plan.buildHash,
    },
    weights: {
      rule: words.weights.rule,
      of: plan.weights,
      ...(privateWeights === undefined ? {} : { privateReference: privateWeights.reference }),
    },
    limits: plan.disclosure ?? {},
    rounds: {
      rule: words.rounds.rule,
      threshold: plan.threshold,
      minimumSurvivors: plan.minimumSurvivors,
      deadlines: plan.deadlines,
      ...(rareRows === undefined ? {} : { rareRows }),
      ...(voiding === undefined ? {} : { voiding }),
    },
    retention,
    withdrawal,
    liability,
    contacts,
    changes,
  };
}

export type CharterFault = {
  readonly place: string;
  readonly reason: 'unfilled' | 'differs' | 'contact-missing' | 'other-charter';
  /** What stands there; and what roster or plan say, where they say another thing. */
  readonly found: Leaf;
  readonly expected: Leaf;
};

/** Words in double braces wait for somebody to replace them. */
const unfilled = /\{\{[^{}]*\}\}/;

/** @returns every place that is unfinished, or is not as roster and plan have it; empty for a charter that can be signed */
export function charterFaults(document: Charter, roster: Roster, plan: Plan): readonly CharterFault[] {
  const open = [...charterLeaves(document)].flatMap(([place, value]): CharterFault[] => {
    const [found] = typeof value === 'string' ? (unfilled.exec(value) ?? []) : [];
    return found === undefined ? [] : [{ place, reason: 'unfilled', found, expected: null }];
  });
  const others = charterDifference(charterFor(document, roster, plan), document).map(
    ({ place, before, after }): CharterFault => ({ place, reason: 'differs', found: after, expected: before }),
  );
  const reachable = new Set(document.contacts.map(({ partner }) => partner));
  const silent = roster.partners.flatMap(({ id }): CharterFault[] =>
    reachable.has(id) ? [] : [{ place: `contacts.${id}`, reason: 'contact-missing', found: null, expected: id }],
  );
  return [...open, ...others, ...silent];
}

/** @throws CHARTER_INVALID naming the first place that is unfinished or differs */
export function requireSoundCharter(document: Charter, roster: Roster, plan: Plan): void {
  const [fault] = charterFaults(document, roster, plan);
  if (fault !== undefined) throw charterInvalid(fault.place, fault.reason);
}
