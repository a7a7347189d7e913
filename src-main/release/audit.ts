/** The hash-chained log of every act: appended by the rooms' callers, verified from its first entry on demand. */
import {
  type AuditRow,
  appendAuditRow,
  findAuditRows,
  peopleInAudit,
  readAuditExtent,
  readAuditHead,
  readAuditRows,
  seqOfHash,
} from '../catalog/audit.ts';
import { lastReceipted, ownMessages } from '../catalog/messages.ts';
import type { Catalog } from '../catalog/open.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import {
  type AuditAct,
  type AuditEntry,
  type AuditGroup,
  type AuditState,
  auditActs,
  auditEntry,
  type BrokenEntry,
  type Verification,
} from '../contract/audit.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Control } from '../contract/progress.ts';
import { breakAt, breakAtEnd, chainStart, entryHash } from './audit-chain.ts';
import { headCheck, toldHead } from './heads.ts';

export type AuditDetail = AuditEntry['detail'];

export type NewAuditEntry = {
  /** Name of the person, or `engine` for what the application does by itself. */
  readonly person: string;
  readonly act: AuditAct;
  /** What it is done to, such as `S-0015` or `batch 7`. */
  readonly subject: string;
  /** Counts, hashes and round numbers only: no structures, values or secrets. */
  readonly detail?: AuditDetail;
  /** ISO 8601; now when absent. */
  readonly at?: string;
};

/** Safe from any thread and process that has the catalog open; inside a transaction it stands or falls with it. */
export function appendAudit(catalog: Catalog, { person, act, subject, detail = {}, at }: NewAuditEntry): AuditEntry {
  const row = appendAuditRow(catalog, (head = chainStart) => {
    const fields = {
      seq: head.seq + 1,
      at: at ?? new Date().toISOString(),
      person,
      act,
      subject,
      detail: JSON.stringify(detail),
      previousHash: head.hash,
    };
    return { ...fields, hash: entryHash(fields) };
  });
  return toAuditEntry(row);
}

export const auditHead = (catalog: Catalog): { readonly seq: number; readonly hash: string } =>
  readAuditHead(catalog) ?? chainStart;

const rowsAtOnce = 2000;

/**
 * Recomputes every hash from the first entry on, compares the last with the head that is kept apart, and looks for every
 * head that a message has told to others: a log that was written anew as a whole does not hold them. Entries that are
 * appended meanwhile belong to the next verification.
 * @yields how far it is, every 2,000 entries; last `intact`, or `broken` with the first wrong entry
 * @throws CANCELLED
 */
export async function* verifyAudit(
  catalog: Catalog,
  signal: AbortSignal | undefined,
  now: () => string = () => new Date().toISOString(),
): AsyncGenerator<Verification, void, void> {
  // First: the head in a message that comes later may be later than what is read here.
  const heads = headCheck([...ownMessages(catalog)].flatMap((row) => toldHead(row) ?? []));
  const { head = chainStart, lastSeq } = readAuditExtent(catalog);
  const total = Math.max(head.seq, lastSeq);
  let last = chainStart;
  const found = (state: Verification['state'], broken: BrokenEntry | null): Verification => ({
    state,
    checked: last.seq,
    total,
    broken,
    head: head.hash,
    at: now(),
  });

  while (last.seq < lastSeq) {
    if (signal?.aborted) throw new ChoraleError('CANCELLED', {});
    for (const row of readAuditRows(catalog, last.seq, Math.min(rowsAtOnce, lastSeq - last.seq))) {
      const broken = breakAt(last, row) ?? unreadable(row);
      if (broken !== undefined) {
        yield found('broken', broken);
        return;
      }
      last = { seq: row.seq, hash: row.hash };
      heads.pass(last);
    }
    yield found('running', null);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const broken = breakAtEnd(last, head) ?? forked(heads.end());
  yield found(broken === undefined ? 'intact' : 'broken', broken ?? null);
}

/** What others were told of the log is not on it: the first entry that cannot be what it was comes after this one. */
const forked = (unknown: ReturnType<ReturnType<typeof headCheck>['end']>): BrokenEntry | undefined =>
  unknown && { seq: unknown.after + 1, reason: 'head-not-on-chain' };

/** The same for callers that need the end only. */
export async function verifyWholeAudit(catalog: Catalog, control: Control): Promise<Verification> {
  let last: Verification | undefined;
  for await (const verification of verifyAudit(catalog, control.signal)) {
    control.report({ step: 'audit.verify', done: verification.checked, total: verification.total });
    last = verification;
  }
  return last as Verification; // a verification always yields its end
}

/** What the last full verification found, for the line above the log; null before the first one. */
export const lastVerification = (catalog: Catalog): Verification | null =>
  readSetting<Verification>(catalog, verificationSetting) ?? null;

export const rememberVerification = (catalog: Catalog, verification: Verification): void =>
  writeSetting(catalog, verificationSetting, verification);

const verificationSetting = 'audit.lastVerification';

export function readAuditState(catalog: Catalog): AuditState {
  const { head = chainStart, lastSeq, since } = readAuditExtent(catalog);
  return {
    entries: lastSeq,
    since,
    people: [...peopleInAudit(catalog)],
    told: lastTold(catalog),
    head,
    lastVerification: lastVerification(catalog),
  };
}

function lastTold(catalog: Catalog): AuditState['told'] {
  const row = lastReceipted(catalog);
  const head = row && toldHead(row);
  const seq = head && seqOfHash(catalog, head.head);
  return head === undefined || seq === undefined ? null : { seq, at: head.at };
}

export type AuditQuery = {
  readonly group?: AuditGroup | undefined;
  /** One act of the group. */
  readonly act?: AuditAct | undefined;
  readonly person?: string | undefined;
  readonly since?: string | undefined;
  readonly search?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};

/** Newest first. An entry that somebody made unreadable is left out; verification names it. */
export function findAudit(
  catalog: Catalog,
  { group, act, ...rest }: AuditQuery,
): { readonly entries: AuditEntry[]; readonly matching: number } {
  const { rows, matching } = findAuditRows(catalog, {
    ...rest,
    acts: act === undefined ? group && auditActs[group] : [act],
  });
  return { entries: rows.filter((row) => unreadable(row) === undefined).map(toAuditEntry), matching };
}

export function toAuditEntry(row: AuditRow): AuditEntry {
  return auditEntry.parse({ ...row, detail: JSON.parse(row.detail) });
}

const unreadable = (row: AuditRow): BrokenEntry | undefined => {
  try {
    toAuditEntry(row);
    return undefined;
  } catch {
    return { seq: row.seq, reason: 'unreadable' };
  }
};
