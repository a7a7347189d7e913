/** What this partner has said in rounds, in an audit bundle: one chain for each series, countersigned by the coordinator. */
import { isChoraleError } from '../contract/errors.ts';
import { fromBase64url } from '../federation/canonical.ts';
import {
  type Receipt,
  readDocument,
  receipt as receiptFormat,
  receiptHash,
} from '../federation/coordinator-documents.ts';
import { type Message, openMessage, type SealedMessage } from '../federation/messages.ts';
import { partnerOf } from '../federation/roster.ts';
import { must, same, wrong } from './bundle-wrong.ts';
import { headCheck } from './heads.ts';
import type { Checking } from './verify.ts';
import type { CheckedConsortium } from './verify-consortia.ts';
import type { CheckedLog } from './verify-log.ts';

export type Said = {
  readonly series: string;
  readonly message: Message;
  readonly hash: string;
  readonly at: string;
  readonly receipt: Receipt | null;
  /** Of the row, for the package that it belongs to. */
  readonly receiptText: string | null;
};

export type CheckedMessages = {
  readonly said: readonly Said[];
  readonly heads: number;
  readonly receipts: number;
};

/** @throws BUNDLE_WRONG */
export function checkMessages(
  checking: Checking,
  consortia: readonly CheckedConsortium[],
  log: CheckedLog,
): CheckedMessages {
  const said = consortia.flatMap((consortium) => ofSeries(checking, consortium));
  same('messages.json', 'entry-missing', String(said.length), String(checking.rows.messages.length));
  const order = new Map(checking.rows.messages.map(({ hash }, i) => [hash, i]));
  const inOrder = said.toSorted((a, b) => order.get(a.hash)! - order.get(b.hash)!);
  checkHeads(inOrder, log);
  return { said, heads: said.length, receipts: said.filter(({ receipt }) => receipt !== null).length };
}

function ofSeries(
  { manifest, rows, open }: Checking,
  { series, roster, planHash, coordinatorKey }: CheckedConsortium,
): readonly Said[] {
  const self = manifest.company.id;
  const key = fromBase64url(partnerOf(roster, self)!.key);
  const known = new Set<string>();
  let last: Said | undefined;
  let lastReceipt: Receipt | undefined;
  const mine = rows.messages.filter((row) => row.series === series);
  return mine.map((row, i) => {
    const where = `messages.json ${series} ${row.type} at ${row.at}`;
    const keyOf = (sender: string) => (sender === self ? key : undefined);
    const { message, hash } = openedMessage(where, row.bytes, keyOf, 'a message of this partner');
    same(where, 'other-hash', row.hash, hash);
    same(`${where} plan`, 'other-plan', planHash, message.planHash);
    if (last !== undefined) {
      same(`${where} number`, 'entry-missing', String(last.message.seq + 1), String(message.seq));
      same(`${where} message before it`, 'link-differs', last.hash, message.prevMsgHash);
    } else if (manifest.period.from === null) {
      same(`${where} number`, 'entry-missing', '1', String(message.seq));
    }
    const receipt = row.receipt === null ? null : receiptIn(where, row.receipt, coordinatorKey, planHash, hash);
    if (receipt === null) {
      must(i === mine.length - 1 || noneAfter(mine.slice(i + 1)), where, 'receipt-missing', 'a receipt', 'none');
      open('no-receipt-yet', where);
    } else {
      must(
        !known.has(receipt.prevReceiptHash),
        `${where} receipt`,
        'receipt-chain',
        'a place of its own',
        'a place twice',
      );
      known.add(receipt.prevReceiptHash);
      if (lastReceipt !== undefined) {
        const { position, at } = lastReceipt;
        must(
          receipt.position > position,
          `${where} receipt`,
          'receipt-chain',
          `after ${position}`,
          String(receipt.position),
        );
        must(receipt.at >= at, `${where} receipt`, 'receipt-chain', `after ${at}`, receipt.at);
        const follows = receipt.prevReceiptHash === receiptHash(lastReceipt);
        const isNext = receipt.position === position + 1;
        must(
          follows || !isNext,
          `${where} receipt`,
          'receipt-chain',
          receiptHash(lastReceipt),
          receipt.prevReceiptHash,
        );
      }
      lastReceipt = receipt;
    }
    last = { series, message, hash, at: row.at, receipt, receiptText: row.receipt };
    return last;
  });
}

/** Only the end of what was said may still wait for the coordinator. */
const noneAfter = (rows: readonly { readonly receipt: string | null }[]): boolean =>
  rows.every(({ receipt }) => receipt === null);

/** @param whose what it should be, for who reads that it is not @throws BUNDLE_WRONG */
export function openedMessage(
  where: string,
  bytes: Uint8Array,
  keyOf: (sender: string) => Uint8Array | undefined,
  whose: string,
): SealedMessage {
  try {
    return openMessage(bytes, keyOf);
  } catch (error) {
    const reason = isChoraleError(error) ? (error.data as { readonly reason?: string }).reason : undefined;
    throw wrong(where, 'signature', whose, reason ?? 'none');
  }
}

function receiptIn(where: string, text: string, key: Uint8Array, planHash: string, hash: string): Receipt {
  const read = readDocument('receipt', receiptFormat, text, key);
  must(read !== undefined, `${where} receipt`, 'signature', 'a receipt of the coordinator', 'none that holds');
  same(`${where} receipt`, 'other-hash', hash, read.message);
  same(`${where} receipt plan`, 'other-plan', planHash, read.planHash);
  return read;
}

/** The head of the log in each message lies on the chain, and never before one that was told earlier. */
function checkHeads(said: readonly Said[], { seqOf, start, first }: CheckedLog): void {
  const told = said.map(({ message, hash, at, receipt }) => ({
    ...{ message: hash, head: message.logHead, at, receipted: receipt !== null },
  }));
  // An excerpt cannot know the heads before it.
  const from = first === 1 ? 0 : told.findIndex(({ head }) => seqOf.has(head));
  const check = headCheck(from === -1 ? [] : told.slice(from), start);
  for (const [hash, seq] of seqOf) check.pass({ seq, hash });
  const unknown = check.end();
  if (unknown !== undefined) {
    const { told: one, after } = unknown;
    throw wrong(`message ${one.message} at ${one.at}`, 'head-not-on-chain', `an entry after ${after}`, one.head);
  }
}
