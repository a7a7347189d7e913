/** What must hold after any storm, checked from its whole trace. */
import { boxSecretKey } from '../../src-main/federation/identity.ts';
import { isUnopened, type Message } from '../../src-main/federation/messages.ts';
import { isHalted, isFinished as isSeriesFinished } from '../../src-main/federation/partner.ts';
import { countingRound, planOfRound, rowsOf, touchedRows } from '../../src-main/federation/rare-rows.ts';
import { openRevealed } from '../../src-main/federation/share-boxes.ts';
import { compoundsByRow, isPlainSum } from './pretended-work.ts';
import type { StormTrace } from './storm.ts';

export type Verdict = {
  /** What was broken, in words; empty when all held. */
  readonly faults: readonly string[];
  readonly sums: number;
  readonly refused: number;
  /** Attempts that were closed with shares out. */
  readonly unopened: number;
  /** The series could go on only if a partner that is gone for good came back: a round was closed unopened before. */
  readonly waitsForTheGone: boolean;
  readonly finished: boolean;
};

export function judge(trace: StormTrace): Verdict {
  const opened = revealedShares(trace);
  const finished = isFinished(trace);
  const waits = !finished && hasEnough(trace) && waitsForTheGone(trace);
  return {
    faults: [
      ...trace.refusals
        .filter((refusal) => !refusal.endsWith(' late'))
        .map((refusal) => `an honest message was refused: ${refusal}`),
      ...answeredTwice(trace),
      ...lostMessages(trace),
      ...wrongSums(trace),
      ...wronglyKept(trace),
      ...wronglyRevealed(trace, opened),
      ...otherTrunks(trace),
      ...(finished || waits || !hasEnough(trace) ? [] : ['enough partners are here, and the series does not end']),
    ],
    sums: trace.sums.length,
    refused: trace.log.filter(({ message }) => message.type === 'REFUSED').length,
    unopened: closedUnopened(trace).size,
    waitsForTheGone: waits,
    finished,
  };
}

const available = ({ partners }: StormTrace) => partners.filter(({ gone }) => !gone);
const hasEnough = (trace: StormTrace) => available(trace).length >= trace.consortium.plan.minimumSurvivors;
/** All rounds are done, or one was voided so often that people have to talk. */
const isFinished = (trace: StormTrace) =>
  available(trace).every(({ state, around: { plan } }) => isSeriesFinished(state, plan) || isHalted(state, plan));

/** One answer to one question: to a list there is one confirmation, to a proposal one key, and so on. */
function answeredTwice({ said }: StormTrace): readonly string[] {
  const answers = new Map<string, string>();
  const numbers = new Map<string, string>();
  const faults: string[] = [];
  for (const { message, hash } of said) {
    const number = `${message.from} ${message.seq}`;
    const question = questionOf(message);
    if ((numbers.get(number) ?? hash) !== hash)
      faults.push(`two messages with number ${message.seq} of ${message.from}`);
    if (question !== undefined && (answers.get(question) ?? hash) !== hash) faults.push(`two answers: ${question}`);
    numbers.set(number, hash);
    if (question !== undefined) answers.set(question, hash);
  }
  return faults;
}

const questionOf = (message: Message): string | undefined =>
  message.attempt === 0
    ? undefined
    : `${message.from} ${message.type} ${message.round}.${message.attempt}${message.type === 'SURVIVORS' ? ` ${message.body.step}` : ''}`;

function lostMessages({ acknowledged, log }: StormTrace): readonly string[] {
  const kept = new Set(log.map(({ hash }) => hash));
  return acknowledged.filter((hash) => !kept.has(hash)).map((hash) => `acknowledged and lost: ${hash}`);
}

function wrongSums(trace: StormTrace): readonly string[] {
  const { sums, partners, consortium } = trace;
  return sums.flatMap(({ round, attempt, chunks }) => {
    const list = listOf(trace, `${round}.${attempt}`, 'uploads');
    if (list.length < Math.max(consortium.plan.threshold, 3)) return [`a sum of ${list.length} in round ${round}`];
    const encoded = list.map((id) => partners.find((partner) => partner.id === id)!.frozen.get(`${round}.${attempt}`)!);
    const isPlain = isPlainSum(
      planOfRound(consortium.plan, round, null),
      chunks,
      encoded.map((work) => work.encoded),
    );
    return isPlain ? [] : [`the sum of round ${round}.${attempt} is not exact`];
  });
}

/** Rows go on that as many of those in the count touch as the plan asks for, and no other. */
function wronglyKept(trace: StormTrace): readonly string[] {
  const { sums, partners, consortium } = trace;
  const { plan } = consortium;
  const counted = sums.find(({ round }) => round === countingRound);
  if (counted === undefined) return [];
  const inCount = listOf(trace, `${countingRound}.${counted.attempt}`, 'uploads');
  const touched = inCount.map((id) => touchedRows(plan, compoundsByRow(id, plan)));
  const rows = Array.from({ length: rowsOf(plan) }, (_, row) => row);
  const right = rows.filter((row) => touched.filter((own) => own[row] === 1).length >= plan.rareRows!.partners).join();
  return partners.flatMap(({ id, kept }) =>
    kept === null || kept.join() === right ? [] : [`${id} keeps other rows than enough partners touch`],
  );
}

/** By attempt, then by `partner secret`: who has revealed a share of it. */
type Revealed = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

function revealedShares({ said, consortium }: StormTrace): Revealed {
  const key = boxSecretKey(consortium.coordinatorKeys.secretKey);
  const revealed = new Map<string, Map<string, Set<string>>>();
  for (const { message } of said) {
    if (message.type !== 'UNMASK') continue;
    const at = `${message.round}.${message.attempt}`;
    const ofAttempt = revealed.get(at) ?? new Map<string, Set<string>>();
    revealed.set(at, ofAttempt);
    for (const { of, secret } of openRevealed(message.body, key)!) {
      const name = `${of} ${secret}`;
      ofAttempt.set(name, (ofAttempt.get(name) ?? new Set()).add(message.from));
    }
  }
  return revealed;
}

/** Even if every message that was ever signed had reached a coordinator that means ill. */
function wronglyRevealed(trace: StormTrace, revealed: Revealed): readonly string[] {
  const { threshold } = trace.consortium.plan;
  const faults: string[] = [];
  const openedRounds = new Map<string, string>();
  const unopened = closedUnopened(trace);
  for (const [at, shares] of revealed) {
    const uploads = listOf(trace, at, 'uploads');
    for (const [name, answerers] of shares) {
      const [of, secret] = name.split(' ') as [string, 'self' | 'mask'];
      const allowed = uploads.includes(of) ? 'self' : 'mask';
      if (secret !== allowed) faults.push(`${answerers.size} shares of the ${secret} secret of ${of} in ${at}`);
    }
    const open = [...shares.values()].some((answerers) => answerers.size >= threshold);
    // Once in a round an attempt is closed with shares out: with those that come too late it could be opened.
    if (!open || unopened.has(at)) continue;
    if (wasSaid('REFUSED', trace, at)) faults.push(`attempt ${at} was refused, and can be opened`);
    if (wasSaid('VOIDED', trace, at)) continue;
    const round = at.split('.')[0]!;
    const other = openedRounds.get(round);
    if (other !== undefined) faults.push(`attempts ${other} and ${at} can both be opened`);
    openedRounds.set(round, at);
  }
  return faults;
}

const wasSaid = (type: 'REFUSED' | 'VOIDED', { log }: StormTrace, at: string) =>
  log.some(({ message }) => message.type === type && `${message.round}.${message.attempt}` === at);

/** The first of each round: another one is judged as any refused attempt. */
function closedUnopened({ log }: StormTrace): ReadonlySet<string> {
  const closed = new Map<number, string>();
  for (const { message } of log) {
    if (message.type !== 'REFUSED' || !isUnopened(message.body.reason) || closed.has(message.round)) continue;
    closed.set(message.round, `${message.round}.${message.attempt}`);
  }
  return new Set(closed.values());
}

function listOf({ log }: StormTrace, at: string, step: 'shares' | 'uploads'): readonly string[] {
  for (const { message } of log) {
    if (message.type === 'SURVIVORS' && message.body.step === step && `${message.round}.${message.attempt}` === at) {
      return message.body.list.map(({ partner }) => partner);
    }
  }
  return [];
}

/** Whoever is still here and stands after the same round stands on the same trunk. */
function otherTrunks(trace: StormTrace): readonly string[] {
  const trunks = new Map<number, string>();
  return available(trace).flatMap(({ id, state: { base } }) => {
    const known = trunks.get(base.rounds) ?? base.hash;
    trunks.set(base.rounds, known);
    return known === base.hash ? [] : [`${id} stands on another trunk after round ${base.rounds}`];
  });
}

/**
 * So many have signed the list that shares are out, too few of those who hold shares are left to open it, and an attempt
 * at this round was closed unopened before: it waits.
 */
function waitsForTheGone(trace: StormTrace): boolean {
  const { attempt } = trace.coordinator();
  const { threshold } = trace.consortium.plan;
  if (attempt?.phase !== 'confirming' || Object.keys(attempt.confirmations).length < threshold) return false;
  if (trace.coordinator().unopened !== trace.coordinator().roundsDone + 1) return false;
  const at = `${trace.coordinator().roundsDone + 1}.${attempt.attempt}`;
  const holders = listOf(trace, at, 'shares').filter((id) => {
    const partner = trace.partners.find((one) => one.id === id)!;
    return attempt.answers[id] !== undefined || !partner.gone;
  });
  return holders.length < threshold;
}
