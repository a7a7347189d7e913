/** A round as the page shows it: the seven steps, who has done what, and what is waited for. */
import type { HeardMessage } from '../catalog/messages.ts';
import type { PackageRow } from '../catalog/packages.ts';
import type { RoundRow } from '../catalog/rounds.ts';
import {
  type PartnerProgress,
  type Round,
  type RoundReview,
  type RoundStep,
  type RoundStepName,
  type RoundSummary,
  roundReason,
  roundStepName,
  type WaitedFor,
} from '../contract/federation.ts';
import type { Bodies, MessageType } from './messages.ts';
import type { OwnPart } from './partner-state.ts';
import { type Plan, uploadBytes } from './plan.ts';
import { countingRound, planOfRound, rowsOf } from './rare-rows.ts';
import type { Roster } from './roster.ts';
import { objectionsNeeded } from './voiding.ts';

export type RoundFacts = {
  readonly row: RoundRow;
  /** Of this attempt, oldest first. */
  readonly messages: readonly HeardMessage[];
  readonly approvals: { readonly partners: number; readonly lastAt: string | null };
  /** Of the running attempt; null when it is over. */
  readonly part: OwnPart | null;
  readonly self: string;
  /** Rows of the first layer that are sent, once they are counted. */
  readonly keptRows: number | null;
  readonly plan: Plan;
  readonly roster: Roster;
  /** Of this attempt, newest first. */
  readonly packages: readonly PackageRow[];
  /** What the coordinator last said of each partner; empty where it has not been asked. */
  readonly standing: ReadonlyMap<string, { readonly state: string; readonly bytesSent: number }>;
};

/** @param messages of this attempt; those of a result that was taken back say who objected */
export const summariseRound = (
  { round, attempt, phase, ...row }: RoundRow,
  messages: readonly HeardMessage[],
): RoundSummary => ({
  round,
  kind: round === countingRound ? 'counting' : 'learning',
  attempt,
  state: isOver(phase) ? phase : phase === 'watching' ? 'watched' : 'running',
  reason: roundReason.safeParse(row.reason).data ?? null,
  survivors: row.survivors,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  bytesOut: row.bytesOut,
  bytesIn: row.bytesIn,
  trunkHash: row.trunkHash,
  validationAucPr: row.validationAucPr,
  objectors: phase === 'voided' ? objectorsIn(messages) : [],
});

const isOver = (phase: string): phase is 'finished' | 'refused' | 'voided' =>
  phase === 'finished' || phase === 'refused' || phase === 'voided';

export function describeRound(facts: RoundFacts): Round {
  const { row, plan } = facts;
  const heard = listen(facts);
  const partners = describePartners(facts, heard);
  const steps = describeSteps(facts, heard, partners);
  return {
    ...summariseRound(row, facts.messages),
    of: plan.recipe.rounds,
    closesAt: row.closesAt,
    enough: plan.minimumSurvivors,
    steps,
    partners,
    waitedFor: row.finishedAt === null ? waitedFor(facts, steps, partners) : [],
    missing: row.phase === 'refused' ? missingIn(facts.messages) : [],
    packages: facts.packages.map(({ name, hash, state, sentAt, receipt }) => ({ name, hash, state, sentAt, receipt })),
    rows: row.round === countingRound && facts.keptRows !== null ? { kept: facts.keptRows, of: rowsOf(plan) } : null,
    review: describeReview(facts),
  };
}

/** By the coordinator's word, which counts only with the signed objections that it names. */
function objectorsIn(messages: readonly HeardMessage[]): string[] {
  const voided = messages.findLast(({ type }) => type === 'VOIDED');
  return voided === undefined ? [] : bodyOf<'VOIDED'>(voided.bytes).list.map(({ partner }) => partner);
}

function missingIn(messages: readonly HeardMessage[]): string[] {
  const refused = messages.findLast(({ type }) => type === 'REFUSED');
  return refused === undefined ? [] : [...bodyOf<'REFUSED'>(refused.bytes).missing];
}

/** By the signed verdicts, as this partner has heard them. */
function describeReview({ messages, plan, row, self }: RoundFacts): RoundReview | null {
  const result = messages.find(({ type }) => type === 'RESULT');
  if (plan.voiding === undefined || result === undefined) return null;
  const asked = bodyOf<'RESULT'>(result.bytes).list.map(({ partner }) => partner);
  const verdicts = messages
    .filter(({ type, sender }) => type === 'VERDICT' && asked.includes(sender))
    .map(({ sender, bytes }) => ({ sender, verdict: bodyOf<'VERDICT'>(bytes).verdict }));
  const saying = (wanted: string) => verdicts.filter(({ verdict }) => verdict === wanted).length;
  return {
    state: row.phase === 'voided' ? 'voided' : messages.some(({ type }) => type === 'SETTLED') ? 'settled' : 'open',
    accepted: saying('accept'),
    objected: saying('object'),
    total: asked.length,
    needed: objectionsNeeded(plan.voiding, asked.length),
    own: verdicts.find(({ sender }) => sender === self)?.verdict ?? null,
  };
}

type Heard = {
  /** Partners that have sent this, and when the last did. */
  readonly from: (type: MessageType) => { readonly partners: ReadonlySet<string>; readonly lastAt: string | null };
  readonly members: readonly string[];
  readonly lists: Readonly<Partial<Record<Bodies['SURVIVORS']['step'], readonly string[]>>>;
  readonly withdrawn: ReadonlySet<string>;
};

function listen({ messages, roster }: RoundFacts): Heard {
  const lists: Partial<Record<Bodies['SURVIVORS']['step'], readonly string[]>> = {};
  let members = roster.partners.map(({ id }) => id);
  for (const { type, bytes } of messages) {
    if (type === 'PROPOSE') members = bodyOf<'PROPOSE'>(bytes).members;
    if (type === 'SURVIVORS') {
      const { step, list } = bodyOf<'SURVIVORS'>(bytes);
      lists[step] = list.map(({ partner }) => partner);
    }
  }
  const from: Heard['from'] = (type) => {
    const sent = messages.filter((message) => message.type === type);
    return { partners: new Set(sent.map(({ sender }) => sender)), lastAt: sent.at(-1)?.at ?? null };
  };
  return { from, members, lists, withdrawn: from('WITHDRAW').partners };
}

const bodyOf = <Type extends MessageType>(bytes: Uint8Array): Bodies[Type] =>
  JSON.parse(new TextDecoder().decode(bytes)).message.body;

function describeSteps(
  { row, plan, approvals, roster }: RoundFacts,
  { from, members, lists }: Heard,
  partners: readonly PartnerProgress[],
): RoundStep[] {
  const { threshold, minimumSurvivors } = plan;
  const stand = (states: readonly string[]) => partners.filter(({ state }) => states.includes(state)).length;
  const result = from('RESULT').lastAt;
  const total = members.length;
  const inSum = lists.uploads?.length ?? total;
  const facts: Record<
    RoundStepName,
    { count: number; needed: number; total: number; at: string | null; done: boolean }
  > = {
    plan: {
      count: approvals.partners,
      needed: roster.partners.length,
      total: roster.partners.length,
      at: approvals.lastAt,
      done: true,
    },
    keys: { ...counted(from('ADVERTISE')), needed: minimumSurvivors, total, done: lists.keys !== undefined },
    shares: {
      ...counted(from('SHARE')),
      needed: minimumSurvivors,
      total: lists.keys?.length ?? total,
      done: lists.shares !== undefined,
    },
    upload: {
      count: lists.uploads?.length ?? stand(['uploaded', 'confirmed', 'unmasked']),
      needed: minimumSurvivors,
      total: lists.shares?.length ?? total,
      at: from('MANIFEST').lastAt,
      done: lists.uploads !== undefined,
    },
    confirm: {
      ...counted(from('CONSISTENCY')),
      needed: threshold,
      total: inSum,
      done: from('CONSISTENCY').partners.size >= threshold,
    },
    unmask: {
      count: result === null ? stand(['unmasked']) : threshold,
      needed: threshold,
      total: inSum,
      at: result ?? from('UNMASK').lastAt,
      done: result !== null,
    },
    model: {
      count: row.phase === 'finished' || row.phase === 'voided' ? 1 : 0,
      needed: 1,
      total: 1,
      at: row.finishedAt,
      done: row.phase === 'finished' || row.phase === 'voided',
    },
  };
  const reached = roundStepName.options.find((name) => !facts[name].done);
  return roundStepName.options.map((name) => {
    const { done, ...step } = facts[name];
    const running = name === reached && row.finishedAt === null;
    return { name, state: done ? 'done' : running ? 'running' : 'waiting', ...step };
  });
}

const counted = ({ partners, lastAt }: ReturnType<Heard['from']>) => ({ count: partners.size, at: lastAt });

function describePartners(facts: RoundFacts, heard: Heard): PartnerProgress[] {
  const { self, plan, roster, standing } = facts;
  const bytesTotal = uploadBytes(planOfRound(plan, facts.row.round, facts.keptRows));
  return roster.partners.map(({ id, name }) => {
    const state = partnerState(facts, heard, id);
    const whole = ['uploaded', 'confirmed', 'unmasked'].includes(state);
    const bytesSent = whole ? bytesTotal : (standing.get(id)?.bytesSent ?? 0);
    return { id, name, you: id === self, state, bytesSent, bytesTotal };
  });
}

const told = [
  'expected',
  'keys',
  'shares',
  'uploading',
  'uploaded',
  'confirmed',
  'unmasked',
  'absent',
  'withdrawn',
] as const;

/** By the signed messages, which count; by what the coordinator says only where they tell nothing: how far an upload is. */
function partnerState({ part, self, standing }: RoundFacts, heard: Heard, id: string): PartnerProgress['state'] {
  const { from, members, lists, withdrawn } = heard;
  const sent = (type: MessageType) => from(type).partners.has(id);
  if (id === self) {
    if (worksHere(part)) return 'training';
    if (part?.phase === 'approval') return 'approval';
    if (part?.phase === 'uploaded') return 'uploaded';
  }
  const said = told.find((state) => state === standing.get(id)?.state);
  if (withdrawn.has(id)) return 'withdrawn';
  if (sent('UNMASK') || said === 'unmasked') return 'unmasked';
  if (sent('CONSISTENCY')) return 'confirmed';
  const left = Object.values(lists).some((list) => list !== undefined && !list.includes(id));
  if (!members.includes(id) || left) return 'absent';
  if (lists.uploads?.includes(id) || said === 'uploaded') return 'uploaded';
  if (sent('MANIFEST') || said === 'uploading') return 'uploading';
  if (sent('SHARE')) return 'shares';
  return sent('ADVERTISE') ? 'keys' : 'expected';
}

/** While this machine trains or freezes what it has learnt there is nothing yet that a person could decide about. */
const worksHere = (part: RoundFacts['part']): boolean =>
  part?.phase === 'freezing' || (part?.phase === 'shared' && !part.trained);

/** What has been done, once a partner stands there, for each step that partners do. */
const doneAt: Partial<Record<RoundStepName, readonly PartnerProgress['state'][]>> = {
  keys: ['keys', 'shares', 'training', 'approval', 'uploading', 'uploaded', 'confirmed', 'unmasked'],
  shares: ['shares', 'training', 'approval', 'uploading', 'uploaded', 'confirmed', 'unmasked'],
  upload: ['uploaded', 'confirmed', 'unmasked'],
  confirm: ['confirmed', 'unmasked'],
  unmask: ['unmasked'],
};

/** Own work first, since that is what this person can do something about. */
function waitedFor(
  { row, part, self }: RoundFacts,
  steps: readonly RoundStep[],
  partners: readonly PartnerProgress[],
): WaitedFor[] {
  const step = steps.find(({ state }) => state === 'running');
  if (step === undefined) return [];
  const own: WaitedFor[] = [];
  if (part?.phase === 'approval')
    own.push({ kind: 'approval', packageHash: part.frozen.packageHash, since: row.changedAt });
  if (worksHere(part)) own.push({ kind: 'training', since: row.changedAt });

  const done = doneAt[step.name] ?? [];
  const others = partners
    .filter(
      ({ id, state }) =>
        state !== 'absent' && state !== 'withdrawn' && !done.includes(state) && !(id === self && own.length > 0),
    )
    .map(
      ({ id, state, bytesSent, bytesTotal }): WaitedFor =>
        state === 'uploading'
          ? { kind: 'upload', partner: id, bytesSent, bytesTotal }
          : { kind: 'partner', partner: id, step: step.name },
    );
  // From the list of uploads on, so many answers are enough, whoever gives them.
  const enough = (step.name === 'confirm' || step.name === 'unmask') && step.count >= step.needed;
  const all = [...own, ...(step.name === 'model' || enough ? [] : others)];
  return all.length > 0 ? all : [{ kind: 'coordinator', step: step.name }];
}
