/** From the partners' answers to what removes the masks of a sum: rebuilt secrets, each checked against what is public. */
import { fromBase64url, toBase64url } from '../federation/canonical.ts';
import { inverse, keyPair, type Mask, type MaskPlace, pairMask, selfMask } from '../federation/masks.ts';
import type { Plan } from '../federation/plan.ts';
import { positionOf, type Roster } from '../federation/roster.ts';
import { combineShares, type Share } from '../federation/shamir.ts';
import { selfCommitment } from '../federation/share-boxes.ts';
import type { RunningAttempt } from './round-state.ts';

type Known = { readonly plan: Plan; readonly roster: Roster };

export type Opening = {
  /** The self mask seeds of all partners in the sum, the mask secrets of those who dropped out after sharing. */
  readonly opened: RunningAttempt['opened'];
  /** Whose shares do not give what they committed to; while there are any, nothing is opened. */
  readonly dealtWrong: readonly string[];
};

/** @param attempt whose answers hold shares as they were dealt */
export function openSum(attempt: RunningAttempt, { plan, roster }: Known): Opening {
  const { answers, keys, lists, shares } = attempt;
  const dealtWrong: string[] = [];
  const inSum = new Set(lists.uploads!.map(({ partner }) => partner));
  const self: Record<string, string> = {};
  const mask: Record<string, string> = {};
  for (const { partner } of lists.shares!) {
    const secret = inSum.has(partner) ? 'self' : 'mask';
    const revealed = Object.entries(answers).flatMap(([answerer, given]): Share[] =>
      given
        .filter((share) => share.of === partner && share.secret === secret)
        .slice(0, 1)
        .map(({ value }) => ({ x: positionOf(roster, answerer), value: fromBase64url(value) })),
    );
    const rebuilt = rebuild(revealed, plan.threshold, (candidate) =>
      secret === 'self'
        ? selfCommitment(candidate) === shares[partner]!.selfCommitment
        : toBase64url(keyPair(candidate).publicKey) === keys[partner]!.maskKey,
    );
    if (rebuilt !== undefined) (secret === 'self' ? self : mask)[partner] = toBase64url(rebuilt);
    else if (revealed.length >= plan.threshold) dealtWrong.push(partner);
    else return { opened: null, dealtWrong: [] }; // too few have answered
  }
  return dealtWrong.length > 0 ? { opened: null, dealtWrong } : { opened: { self, mask }, dealtWrong };
}

/** What must be added to the sum of the uploads so that only the sum of the encoded changes is left. */
export function removingMasks(
  place: MaskPlace,
  attempt: RunningAttempt,
  { roster }: Pick<Known, 'roster'>,
): readonly Mask[] {
  const { keys, lists, opened } = attempt;
  const survivors = lists.uploads!.map(({ partner }) => partner);
  const selfMasks = survivors.map((id) =>
    inverse(selfMask(place, positionOf(roster, id), fromBase64url(opened!.self[id]!))),
  );
  // A survivor's mask with one that dropped out, seen from the dropped side, has the opposite sign: adding it removes it.
  const pairMasks = Object.entries(opened!.mask).flatMap(([dropped, secret]) =>
    survivors.map((id) =>
      pairMask(
        place,
        positionOf(roster, dropped),
        positionOf(roster, id),
        fromBase64url(secret),
        fromBase64url(keys[id]!.maskKey),
      ),
    ),
  );
  return [...selfMasks, ...pairMasks];
}

/** Tries groups of `threshold` shares until one gives a secret that fits, in case not all were dealt from one polynomial. */
function rebuild(
  shares: readonly Share[],
  threshold: number,
  fits: (secret: Uint8Array) => boolean,
): Uint8Array | undefined {
  let tries = 0;
  for (const group of groupsOf(shares, threshold)) {
    const secret = combineShares(group);
    if (fits(secret)) return secret;
    if (++tries >= mostTries) return undefined;
  }
  return undefined;
}

const mostTries = 1000;

function* groupsOf(shares: readonly Share[], size: number): Generator<readonly Share[]> {
  if (size === 0) yield [];
  else {
    for (let i = 0; i <= shares.length - size; i++) {
      for (const rest of groupsOf(shares.slice(i + 1), size - 1)) yield [shares[i]!, ...rest];
    }
  }
}
