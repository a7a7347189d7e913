/** How a partner checks each list of who goes on in an attempt, and what it does next: share, freeze, sign the list of uploads. */
import { listHash, type PartnerList, partnersIn } from './messages.ts';
import { dealShares, shareFor, sharesUnread } from './partner-shares.ts';
import type { Attempt, PartnerState, RoundSecrets } from './partner-state.ts';
import {
  current,
  type Heard,
  inRosterOrder,
  maskPlace,
  must,
  newSeed,
  present,
  type Surroundings,
  say,
  withPart,
} from './partner-turn.ts';

export function hearList(state: PartnerState, heard: Heard<'SURVIVORS'>, around: Surroundings): PartnerState {
  const { message } = heard;
  const { step, list, closesAt } = message.body;
  const attempt = current(state, message);
  must(attempt.lists[step] === null, message, 'second-answer');
  must(inRosterOrder(around.roster, partnersIn(list)), message, 'list-not-in-order');
  must(list.length >= around.plan.minimumSurvivors, message, 'too-few-survivors');
  const earlier = {
    keys: attempt.members,
    shares: partnersIn(attempt.lists.keys),
    uploads: partnersIn(attempt.lists.shares),
  }[step];
  must(
    list.every(({ partner }) => earlier.includes(partner)),
    message,
    'list-grows',
  );

  const listed = { ...attempt, closesAt, lists: { ...attempt.lists, [step]: list } };
  const next = { ...state, attempt: listed };
  switch (step) {
    case 'keys':
      return onKeys(next, listed, list, heard, around);
    case 'shares':
      return onShares(next, listed, list, heard, around);
    case 'uploads':
      return onUploads(next, listed, list, heard, around);
  }
}

function onKeys(
  state: PartnerState,
  attempt: Attempt,
  list: PartnerList,
  { message }: Heard<'SURVIVORS'>,
  around: Surroundings,
): PartnerState {
  const keys = list.map(({ partner, message: hash }) => {
    const heard = attempt.keys[partner];
    must(heard !== undefined && heard.message === hash, message, 'other-keys');
    return heard;
  });
  const distinct = new Set(keys.flatMap(({ maskKey, boxKey }) => [maskKey, boxKey])).size;
  must(distinct === 2 * keys.length, message, 'same-key-twice');
  const { part } = attempt;
  if (part.phase !== 'advertised') return state;
  const sameBase = keys.every(({ baseHash }) => baseHash === state.base.hash);
  if (!partnersIn(list).includes(state.self)) {
    return sameBase
      ? leftOut(state, attempt, around)
      : withPart(state, attempt, { phase: 'watching', reason: 'other-base' });
  }
  must(sameBase, message, 'other-base');

  const body = dealShares(maskPlace(state, attempt), state.self, part.secrets, attempt, around);
  const { state: next, said } = say(state, around, attempt, 'SHARE', body);
  const seed = newSeed(around);
  return {
    ...next,
    attempt: {
      ...attempt,
      shares: { ...attempt.shares, [state.self]: shareFor(state.self, said.hash, body) },
      part: { phase: 'shared', secrets: part.secrets, seed, trained: false },
    },
  };
}

function onShares(
  state: PartnerState,
  attempt: Attempt,
  list: PartnerList,
  { message }: Heard<'SURVIVORS'>,
  around: Surroundings,
): PartnerState {
  const keysHash = listHash(maskPlace(state, attempt), 'keys', attempt.lists.keys!);
  for (const { partner, message: hash } of list) {
    const share = attempt.shares[partner];
    must(share !== undefined && share.message === hash && share.keysHash === keysHash, message, 'other-shares');
  }
  const { part } = attempt;
  const secrets = 'secrets' in part ? part.secrets : part.phase === 'watching' ? part.kept : undefined;
  const unreadable = secrets === undefined ? [] : sharesUnread(maskPlace(state, attempt), state.self, secrets, attempt);
  const listed = { ...attempt, unreadable };
  const isListed = partnersIn(list).includes(state.self);
  if (part.phase === 'watching' && !isListed) {
    return withPart(state, listed, { phase: 'watching', reason: part.reason });
  }
  if (part.phase !== 'shared') return { ...state, attempt: listed };
  if (!isListed) return leftOut(state, listed, around);
  return part.trained
    ? withPart(state, listed, { phase: 'freezing', secrets: part.secrets, seed: part.seed })
    : { ...state, attempt: listed };
}

function onUploads(
  state: PartnerState,
  attempt: Attempt,
  list: PartnerList,
  { message }: Heard<'SURVIVORS'>,
  around: Surroundings,
): PartnerState {
  const place = maskPlace(state, attempt);
  const sharesHash = listHash(place, 'shares', attempt.lists.shares!);
  for (const { partner, message: hash } of list) {
    const manifest = attempt.manifests[partner];
    must(
      manifest !== undefined && manifest.message === hash && manifest.sharesHash === sharesHash,
      message,
      'other-uploads',
    );
  }
  const { part } = attempt;
  const confirm = (from: PartnerState): PartnerState =>
    say(from, around, attempt, 'CONSISTENCY', {
      uploadsHash: listHash(place, 'uploads', list),
      unreadable: [...attempt.unreadable],
    }).state;
  if (part.phase === 'watching') return part.kept === undefined ? state : confirm(state);
  if (!('secrets' in part)) return state;
  if (!partnersIn(list).includes(state.self)) return confirm(leftOut(state, attempt, around, part.secrets));
  // The list may say that the upload has come before the own uploader does.
  must(part.phase === 'uploading' || part.phase === 'uploaded', message, 'not-uploaded');
  return withPart(confirm(state), attempt, { ...part, phase: 'confirmed' });
}

const leftOut = (state: PartnerState, attempt: Attempt, around: Surroundings, kept?: RoundSecrets): PartnerState =>
  present(
    withPart(state, attempt, { phase: 'watching', reason: 'left-out', ...(kept === undefined ? {} : { kept }) }),
    around,
  );
