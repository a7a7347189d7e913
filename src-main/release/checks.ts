/** The disclosure checks: each compares one measured number of a package with its limit and says pass, warn or block. */
import type { CheckName, DisclosureCheck } from '../contract/release.ts';
import type { EncodingTerms } from '../federation/encoding.ts';
import type { TextSearch } from './catalog-text.ts';
import type { TensorMeasure } from './tensors.ts';
import { chiSquareLimit } from './uniformity.ts';

/** Limits that every partner signed with the plan; read-only here. */
export type DisclosureLimits = {
  /** Compounds with a label, of the smallest task trained on. */
  readonly smallestTask: number;
  /** Share of the numbers that clipping may change, 0 to 1. */
  readonly clippedShare: number;
};

/** Where the plan names no limit of its own. */
export const applicationLimits: DisclosureLimits = { smallestTask: 10, clippedShare: 0.01 };

export type Measured = {
  readonly limits: DisclosureLimits;
  readonly limitsFrom: 'plan' | 'application';
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
  /** How many stand behind the least of the rows in the package; null where the plan freezes none. */
  readonly rows: {
    readonly unit: 'compounds' | 'partners';
    readonly fewest: number;
    readonly limit: number;
  } | null;
};

/** What has to be measured by training on members and non-members, or needs a round before this one. */
export const notMeasured = (rowsWereCounted: boolean): readonly CheckName[] =>
  rowsWereCounted ? ['membership-auc', 'membership-tpr'] : ['membership-auc', 'membership-tpr', 'rare-rows'];

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
  ];
}

/** The worst of them decides what a person, or a standing approval, may do with the package. */
export function worstOutcome(checks: readonly Pick<DisclosureCheck, 'outcome'>[]): DisclosureCheck['outcome'] {
  if (checks.some(({ outcome }) => outcome === 'block')) return 'block';
  return checks.some(({ outcome }) => outcome === 'warn') ? 'warn' : 'pass';
}

/** A task of few compounds speaks about each of them. Within a tenth of the limit a person should look. */
function smallestTask({ smallestTask, limits, limitsFrom }: Measured): DisclosureCheck {
  const limit = limits.smallestTask;
  return check('smallest-task', {
    measured: smallestTask,
    limit: { is: 'at-least', value: limit, source: limitsFrom },
    unit: 'compounds',
    outcome: smallestTask < limit ? 'block' : smallestTask < limit * 1.1 ? 'warn' : 'pass',
  });
}

/** With error feedback what is cut goes out later, and a scale of few bits cuts the hottest rows in every round. */
const clippedShareCarried = 0.2;

/** Clipping discloses nothing; much of it says that this round is unlike the last, so a person should look. */
function clippedNumbers({ clippedShare, limits, limitsFrom, terms }: Measured): DisclosureCheck {
  const limit = terms.feedback ? Math.max(clippedShareCarried, limits.clippedShare) : limits.clippedShare;
  return check('clipped-numbers', {
    measured: clippedShare,
    limit: { is: 'at-most', value: limit, source: limit === limits.clippedShare ? limitsFrom : 'application' },
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

function catalogText({ texts: { texts, shortTexts, inPayload, inDocument } }: Measured): DisclosureCheck {
  return check('catalog-text', {
    measured: inPayload + inDocument,
    limit: { is: 'equal', value: 0, source: 'application' },
    unit: 'occurrences',
    outcome: inPayload + inDocument === 0 ? 'pass' : 'block',
    facts: { texts, shortTexts, inPayload, inDocument },
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

/** A row that one or two partners touch is theirs, masked or not; in round 0, a row of few compounds is theirs. */
function rareRows({ rows }: Measured): DisclosureCheck[] {
  if (rows === null) return [];
  const { unit, fewest, limit } = rows;
  return [
    check('rare-rows', {
      measured: fewest,
      limit: { is: 'at-least', value: limit, source: 'plan' },
      unit,
      outcome: fewest >= limit ? 'pass' : 'block',
    }),
  ];
}

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

const check = (
  name: CheckName,
  result: Omit<DisclosureCheck, 'name' | 'explanation' | 'facts'> & { readonly facts?: DisclosureCheck['facts'] },
): DisclosureCheck => ({ facts: {}, ...result, name, explanation: `check.${name}.${result.outcome}` });
