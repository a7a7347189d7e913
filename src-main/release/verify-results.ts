/** What the coordinator has said of each sum, in an audit bundle: its results, refusals and what became of them, under its key. */
import { chunkCount, merkleRoot } from '../federation/chunks.ts';
import { coordinatorId } from '../federation/formats.ts';
import { listHash, type Message, type MessageOf, partnersIn } from '../federation/messages.ts';
import { totalWeight } from '../federation/plan.ts';
import { planOfRound } from '../federation/rare-rows.ts';
import { must, same } from './bundle-wrong.ts';
import type { Checking } from './verify.ts';
import type { CheckedConsortium } from './verify-consortia.ts';
import { openedMessage, type Said } from './verify-messages.ts';

/** The types of the coordinator that end an attempt, or settle what it came to. */
export const endings = ['RESULT', 'REFUSED', 'SETTLED', 'VOIDED'] as const;

type Ending = { readonly where: string; readonly message: Message; readonly hash: string };

/** @returns how many results @throws BUNDLE_WRONG */
export function checkResults(
  checking: Checking,
  consortia: readonly CheckedConsortium[],
  said: readonly Said[],
): number {
  const { rows } = checking;
  const known = consortia.map(({ series }) => series);
  for (const { series, hash } of rows.results) {
    must(known.includes(series), `results.json ${hash}`, 'entry-missing', `the consortium of ${series}`, 'none');
  }
  return consortia.reduce((sum, consortium) => {
    const own = said.filter(({ series }) => series === consortium.series);
    const heard = endingsOf(checking, consortium);
    const results = heard.flatMap(({ message, ...rest }) => (message.type === 'RESULT' ? [{ ...rest, message }] : []));
    for (const result of results) checkResult(checking, consortium, result, own);
    for (const ending of heard) settles(checking, ending, results, own);
    endsEverything(checking, heard, results, own);
    return sum + results.length;
  }, 0);
}

/** Under the coordinator's key, in its order; an attempt ends once. */
function endingsOf({ rows }: Checking, { series, planHash, coordinatorKey }: CheckedConsortium): readonly Ending[] {
  let last: Ending | undefined;
  const ended = new Set<string>();
  return rows.results
    .filter((row) => row.series === series)
    .map((row) => {
      const where = `results.json ${series} ${row.type} at ${row.at}`;
      const keyOf = (sender: string) => (sender === coordinatorId ? coordinatorKey : undefined);
      const { message, hash } = openedMessage(where, row.bytes, keyOf, 'a message of the coordinator');
      same(where, 'other-hash', row.hash, hash);
      same(`${where} plan`, 'other-plan', planHash, message.planHash);
      same(
        `${where} round`,
        'row-differs',
        `${message.type} ${message.round} ${message.attempt}`,
        `${row.type} ${row.round} ${row.attempt}`,
      );
      must(
        endings.some((type) => type === message.type),
        where,
        'document-form',
        endings.join(' or '),
        message.type,
      );
      if (last !== undefined) {
        const { seq } = last.message;
        must(message.seq > seq, `${where} number`, 'entry-order', `after ${seq}`, String(message.seq));
        if (message.seq === seq + 1) same(`${where} message before it`, 'link-differs', last.hash, message.prevMsgHash);
      }
      if (message.type === 'RESULT' || message.type === 'REFUSED') {
        must(!ended.has(placeOf(message)), where, 'result-twice', 'one end of an attempt', 'another');
        ended.add(placeOf(message));
      }
      last = { where, message, hash };
      return last;
    });
}

/** The list that the sum is of is the one that this partner has signed, with its own upload under the hash of its MANIFEST. */
function checkResult(
  { manifest, open }: Checking,
  { plan, planHash }: CheckedConsortium,
  { where, message }: Ending & { readonly message: MessageOf<'RESULT'> },
  own: readonly Said[],
): void {
  const { round, attempt } = message;
  const { uploadsHash, list, totalWeight: weight, root, bytes, chunks } = message.body;
  same(`${where} chunks`, 'other-hash', root, merkleRoot(chunks));
  same(`${where} chunks`, 'row-differs', String(chunkCount(bytes)), String(chunks.length));
  same(`${where} uploads`, 'other-hash', uploadsHash, listHash({ planHash, round, attempt }, 'uploads', list));
  const least = plan.minimumSurvivors;
  must(list.length >= least, `${where} uploads`, 'too-few', `${least} or more`, String(list.length));
  const agreed = totalWeight(planOfRound(plan, round, null), partnersIn(list));
  same(`${where} weight`, 'row-differs', String(agreed), String(weight));
  const here = own.filter((one) => placeOf(one.message) === placeOf(message));
  for (const { message: mine } of here) {
    if (mine.type === 'CONSISTENCY') same(`${where} uploads`, 'other-uploads', mine.body.uploadsHash, uploadsHash);
  }
  const counted = list.find(({ partner }) => partner === manifest.company.id);
  if (counted === undefined) return;
  const announced = here.find(({ message: mine }) => mine.type === 'MANIFEST');
  if (announced === undefined && manifest.period.from !== null) open('before-the-excerpt', where);
  else same(`${where} own upload`, 'other-uploads', announced?.hash ?? 'none', counted.message);
}

/** What settles or voids names a result, and an objection in its list is one that this partner has signed. */
function settles(
  { manifest, open }: Checking,
  { where, message }: Ending,
  results: readonly Ending[],
  own: readonly Said[],
): void {
  if (message.type !== 'SETTLED' && message.type !== 'VOIDED') return;
  const of = results.find(({ hash }) => hash === message.body.result);
  if (of === undefined && manifest.period.from !== null) open('before-the-excerpt', where);
  else same(`${where} result`, 'entry-missing', placeOf(message), of === undefined ? 'none' : placeOf(of.message));
  if (message.type !== 'VOIDED') return;
  const mine = message.body.list.find(({ partner }) => partner === manifest.company.id);
  if (mine === undefined) return;
  const objected = own.some(
    ({ hash, message: { type, body } }) =>
      hash === mine.message && type === 'VERDICT' && 'verdict' in body && body.verdict === 'object',
  );
  if (!objected && manifest.period.from !== null) open('before-the-excerpt', where);
  else must(objected, `${where} objection`, 'entry-missing', `VERDICT ${mine.message}`, 'none');
}

/** A verdict is of a result that is there; and each sum that this partner has helped to open has come to an end. */
function endsEverything(
  { manifest, open }: Checking,
  heard: readonly Ending[],
  results: readonly Ending[],
  own: readonly Said[],
): void {
  const ends = new Set(heard.map(({ message }) => placeOf(message)));
  for (const { message, at } of own) {
    const where = `${message.type} of round ${message.round}, attempt ${message.attempt}, at ${at}`;
    if (message.type === 'VERDICT') {
      const known = results.some(({ hash }) => hash === message.body.result);
      if (!known && manifest.period.from !== null) open('before-the-excerpt', where);
      else must(known, where, 'entry-missing', `RESULT ${message.body.result}`, 'none');
    }
    if (message.type === 'UNMASK' && !ends.has(placeOf(message))) open('no-result-yet', where);
  }
}

const placeOf = ({ round, attempt }: Pick<Message, 'round' | 'attempt'>): string => `${round}/${attempt}`;
