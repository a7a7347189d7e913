/** The chain of the log: what an entry's hash covers, and what tells that an entry was changed, removed or moved. */
import { createHash } from 'node:crypto';
import type { AuditHead, AuditRow } from '../catalog/audit.ts';
import type { BrokenEntry } from '../contract/audit.ts';

/** What the first entry names as the one before it. */
export const chainStart: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/** SHA-256 (hex) over all fields of an entry and the hash of the one before, as one JSON list. */
export const entryHash = ({ seq, at, person, act, subject, detail, previousHash }: Omit<AuditRow, 'hash'>): string =>
  createHash('sha256')
    .update(JSON.stringify(['chorale audit 1', seq, at, person, act, subject, detail, previousHash]))
    .digest('hex');

/** @returns what is wrong with `row` as the one that follows `last`, or undefined */
export function breakAt(last: AuditHead, row: AuditRow): BrokenEntry | undefined {
  if (row.seq !== last.seq + 1) return { seq: last.seq + 1, reason: 'entry-missing' };
  if (row.previousHash !== last.hash) return { seq: row.seq, reason: 'link-differs' };
  if (entryHash(row) !== row.hash) return { seq: row.seq, reason: 'hash-differs' };
  return undefined;
}

/** @returns what is wrong when the rows end at `last` but the head says otherwise, or undefined */
export function breakAtEnd(last: AuditHead, head: AuditHead): BrokenEntry | undefined {
  if (last.seq < head.seq) return { seq: last.seq + 1, reason: 'end-missing' };
  if (last.seq > head.seq) return { seq: head.seq + 1, reason: 'link-differs' };
  return last.hash === head.hash ? undefined : { seq: last.seq, reason: 'hash-differs' };
}
