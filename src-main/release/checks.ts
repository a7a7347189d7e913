/** The disclosure checks: each compares one measured number of a package with its limit and says pass, warn or block. */
import type { CheckName, MembershipReport, ReleasePolicy } from '../contract/disclosure.ts';
import type { DisclosureCheck } from '../contract/release.ts';
import type { EncodingTerms } from '../federation/encoding.ts';
import type { TextSearch } from './catalog-text.ts';
import { check } from './check.ts';
import { membershipChecks } from './checks-membership.ts';
import type { TensorMeasure } from './tensors.ts';
import { chiSquareLimit } from './uniformity.ts';

export { worstOutcome } from './check.ts';

export type Measured = {
  /** Limits that every partner signed with the plan, and the application's own; read-only here. */
  readonly policy: ReleasePolicy;
  readonly terms: EncodingTerms;
  readonly smallestTask: number;
  readonly clippedShare: number;
  readonly tensors: readonly TensorMeasure[];
  readonly texts: TextSearch;
  readonly chiSquare: number;
  readonly commitment: { readonly stated: string; readonly recomputed: string };
  readonly planHash: string;
  readonly rosterHash: string;
  /** What this partner has agreed to, as federation wrote it down; undefined when it has not joined the series. */
  readonly agreed: { readonly planHash: string | null; readonly rosterHash: string } | undefined;
  readonly merkleRoot: string;
  /** Merkle root of the frozen file, read again from the disk. */
  readonly readBackRoot: string;
  /** How many stand behind the least of the rows in the package; null where nobody told. */
  readonly rows: RowsBehind | null;
  /** What attacks on the trained trunk found; null where none could be made. */
  readonly membership: MembershipReport | null;
};

export type RowsBehind = {
  readonly unit: 'compounds' | 'partners';
  readonly fewest: number;
  /** Of the plan where it freezes rare rows; null where it freezes none. */
  readonly limit: number | null;
};

/**
 * Checks that are made of every package, and could not be made of this one: too few compounds to attack, or nobody told.
 * @param learns false for a package of counts, which has learnt from nothing
 */
export const notMeasured = (checks: readonly DisclosureCheck[], learns: boolean): CheckName[] =>
  (learns
    ? (['membership-auc', 'membership-tpr', 'membership-trunk', 'rare-rows'] as const)
    : (['rare-rows'] as const)
  ).filter((name) => checks.every((made) => made.name !== name));

export function discloseChecks(measured: Measured): DisclosureCheck[] {
  return [
    smallestTask(measured),
    clippedNumbers(measured),
    vectorRange(measured),
    encodingAgrees(measured),
    catalogText(measured),
    maskedBytes(measured),
    commitment(measured),
    planAndRoster(measured),
    readBack(measured),
    ...rareRows(measured),
    ...(measured.membership === null ? [] : membershipChecks(measured.membership, measured.policy)),
  ];
}

/** A task of few compounds speaks about each of them. Within a tenth of the limit a person should look. */
function smallestTask({ smallestTask, policy }: Measured): DisclosureCheck {
  const limit = policy.smallestTask;
  return check('smallest-task', {
    measured: smallestTask,
    limit: { is: 'at-least', value: limit, source: sourceOf(policy, 'smallestTask') },
    unit: 'compounds',
    outcome: smallestTask < limit ? 'block' : smallestTask < limit * 1.1 ? 'warn' : 'pass',
  });
}

/** With error feedback what is cut goes out later, and a scale of few bits cuts the hottest rows in every round. */
const clippedShareCarried = 0.2;

/** Clipping discloses nothing; much of it says that this round is unlike the last, so a person should look. */
function clippedNumbers({ clippedShare, policy, terms }: Measured): DisclosureCheck {
  const agreed = policy.clippedShare;
  const limit = terms.feedback ? Math.max(clippedShareCarried, agreed) : agreed;
  return check('clipped-numbers', {
    measured: clippedShare,
    limit: { is: 'at-most', value: limit, source: limit === agreed ? sourceOf(policy, 'clippedShare') : 'application' },
    unit: 'share',
    outcome: clippedShare <= limit ? 'pass' : 'warn',
  });
}

/** Beyond what rounding can give the sum over partners could overflow, and a number could carry more than a change. */
function vectorRange({ tensors, terms }: Measured): DisclosureCheck {
  const limit = terms.times * terms.top;
  const largest = Math.max(0, ...tensors.map(({ largestEncoded }) => largestEncoded));
  const notFinite = tensors.reduce((sum, tensor) => sum + tensor.notFinite, 0);
  return check('vector-range', {
    measured: largest,
    limit: { is: 'at-most', value: limit, source: 'plan' },
    unit: 'steps',
    outcome: largest <= limit && notFinite === 0 ? 'pass' : 'block',
    facts: { notFinite },
  });
}

/**
 * What is shown in the clear must be what was encoded: stochastic rounding moves a number by less than one step, and
 * an encoder in single precision by up to 2^-22 of its size more.
 */
function encodingAgrees({ tensors, terms }: Measured): DisclosureCheck {
  const limit = 1 + terms.top * 2 ** -22;
  const largest = Math.max(0, ...tensors.map(({ largestDeviation }) => largestDeviation));
  return check('encoding', {
    measured: largest,
    limit: { is: 'at-most', value: limit, source: 'application' },
    unit: 'steps',
    outcome: largest <= limit ? 'pass' : 'block',
  });
}

function catalogText({ texts: { texts, shortTexts, inPayload, inDocument, inMessages } }: Measured): DisclosureCheck {
  const found = inPayload + inDocument + inMessages;
  return check('catalog-text', {
    measured: found,
    limit: { is: 'equal', value: 0, source: 'application' },
    unit: 'occurrences',
    outcome: found === 0 ? 'pass' : 'block',
    facts: { texts, shortTexts, inPayload, inDocument, inMessages },
  });
}

function maskedBytes({ chiSquare, terms }: Measured): DisclosureCheck {
  const limit = chiSquareLimit(terms.ringBits);
  return check('masked-bytes', {
    measured: Math.round(chiSquare),
    limit: { is: 'at-most', value: limit, source: 'application' },
    unit: 'chi-square',
    outcome: chiSquare <= limit ? 'pass' : 'block',
  });
}

function commitment({ commitment: { stated, recomputed } }: Measured): DisclosureCheck {
  return equalHashes('commitment', recomputed, stated, 'application');
}

function planAndRoster({ planHash, rosterHash, agreed }: Measured): DisclosureCheck {
  const found = agreed === undefined ? 'none' : `${agreed.planHash ?? 'none'} ${agreed.rosterHash}`;
  return equalHashes('plan-and-roster', found, `${planHash} ${rosterHash}`, 'plan');
}

function readBack({ merkleRoot, readBackRoot }: Measured): DisclosureCheck {
  return equalHashes('read-back', readBackRoot, merkleRoot, 'application');
}

/**
 * A row that one or two partners touch is theirs, masked or not; in round 0, a row of few compounds is theirs. Where the
 * plan freezes none, nobody knows how many partners touch a row, and a row of few compounds is for a person to look at.
 */
function rareRows({ rows, policy }: Measured): DisclosureCheck[] {
  if (rows === null) return [];
  const { unit, fewest, limit: frozenBelow } = rows;
  const limit = frozenBelow ?? policy.fewestCompounds;
  const source = frozenBelow === null ? sourceOf(policy, 'fewestCompounds') : 'plan';
  return [
    check('rare-rows', {
      measured: fewest,
      limit: { is: 'at-least', value: limit, source },
      unit,
      outcome: fewest >= limit ? 'pass' : frozenBelow === null ? 'warn' : 'block',
    }),
  ];
}

const sourceOf = ({ ofPlan }: ReleasePolicy, limit: string): DisclosureCheck['limit']['source'] =>
  ofPlan.includes(limit) ? 'plan' : 'application';

function equalHashes(
  name: CheckName,
  measured: string,
  value: string,
  source: DisclosureCheck['limit']['source'],
): DisclosureCheck {
  return check(name, {
    measured,
    limit: { is: 'equal', value, source },
    unit: 'hash',
    outcome: measured === value ? 'pass' : 'block',
  });
}
