/** Which file of a zip holds the table: the only one that can be read, or the one whose header names most targets. */
import { isChoraleError } from '../contract/errors.ts';
import type { Confidence, Encoding, ReadingReason } from '../contract/intake.ts';
import { unreadable } from './bytes.ts';
import { firstBytes, membersOf, openContent } from './content.ts';
import { splitRecords } from './delimited.ts';
import { sniffDelimiter } from './delimiter.ts';
import { encodingCollector } from './encoding.ts';
import { formatOf } from './format.ts';
import { targetsNamed } from './header.ts';
import { isSmilesList } from './smiles-lines.ts';
import type { Zip } from './zip.ts';

export type MemberChoice = {
  readonly member: string;
  readonly evidence: { readonly confidence: Confidence; readonly reason: ReadingReason };
  /** All that can be read, largest first. */
  readonly members: readonly { readonly name: string; readonly bytes: number }[];
  /** As good as the chosen one. */
  readonly others: readonly string[];
};

/** Files that are looked into; an archive with more of them is no export. */
const looked = 40;
const sampleBytes = 1 << 16;

/** @param given set by a person, or null @throws FILE_UNREADABLE when nothing in the archive can be read */
export async function chooseMember(path: string, zip: Zip, given: string | null): Promise<MemberChoice> {
  const largestFirst = membersOf(zip)
    .map((name) => ({ name, bytes: zip.inflatedSize(name) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, looked);
  const readable: { name: string; bytes: number; targets: number }[] = [];
  let refusal: unknown;
  for (const { name, bytes } of largestFirst) {
    try {
      readable.push({ name, bytes, targets: await targetsIn(path, name) });
    } catch (error) {
      if (!isChoraleError(error)) throw error;
      refusal ??= error;
    }
  }
  if (readable.length === 0) {
    // A single file that cannot be read says why itself.
    throw largestFirst.length === 1 && refusal !== undefined
      ? refusal
      : unreadable(path, 'nothing-readable-inside', refusal);
  }
  const members = readable.map(({ name, bytes }) => ({ name, bytes }));
  const most = Math.max(...readable.map(({ targets }) => targets));
  const best = readable.filter(({ targets }) => targets === most);
  const member = given ?? best[0]!.name;
  const only = readable.length === 1;
  return {
    member,
    members,
    others: best.map(({ name }) => name).filter((name) => name !== member),
    evidence: {
      confidence: only || best.length === 1 ? 'high' : 'middle',
      reason: only
        ? { key: 'only-member', data: { member } }
        : { key: 'member-with-most-targets', data: { member, members: readable.length } },
    },
  };
}

/** @throws FILE_UNREADABLE, FORMAT_UNKNOWN for what is no table */
async function targetsIn(path: string, member: string): Promise<number> {
  const content = await openContent(path, member);
  const head = await firstBytes(content.stream(), sampleBytes);
  if (head.length === 0) throw unreadable(path, 'empty');
  const evidence = encodingCollector();
  evidence.add(head);
  const text = new TextDecoder(evidence.result().encoding satisfies Encoding).decode(head);
  const complete = head.length < sampleBytes;
  switch (formatOf(path, head, text)) {
    case 'xlsx':
    case 'parquet':
      return 3;
    case 'sdf':
      return 2;
    case 'csv': {
      const { delimiter, reason } = sniffDelimiter(text, complete);
      if (reason.key === 'one-column') return isSmilesList(text) === undefined ? 0 : 1;
      return targetsNamed(splitRecords(text, { delimiter, quote: '"' }, complete).slice(0, 200));
    }
  }
}
