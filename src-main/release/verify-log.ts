/** The log in an audit bundle: one unbroken chain, from its first entry or from where the excerpt begins. */
import type { AuditHead, AuditRow } from '../catalog/audit.ts';
import { breakAt, chainStart } from './audit-chain.ts';
import { readLogFile } from './bundle-form.ts';
import { must, same, wrong } from './bundle-wrong.ts';
import type { Checking } from './verify.ts';

export type CheckedLog = {
  readonly entries: number;
  readonly first: number;
  /** What stands before the first entry of the bundle. */
  readonly start: AuditHead;
  /** Number of an entry by its hash; of what stands before the first one too. */
  readonly seqOf: ReadonlyMap<string, number>;
  /** By the hash of the package that they name, in order. */
  readonly ofPackage: ReadonlyMap<string, readonly LoggedAct[]>;
  readonly acts: readonly LoggedAct[];
  readonly amendments: readonly LoggedAct[];
  /** Of the partner's own key: both fingerprints in hex. */
  readonly replacements: readonly {
    readonly seq: number;
    readonly at: string;
    readonly before: string;
    readonly key: string;
  }[];
  /** ISO 8601, of its first and last entry. */
  readonly firstAt: string;
  readonly lastAt: string;
};

export type LoggedAct = {
  readonly seq: number;
  readonly at: string;
  readonly act: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** Acts that other documents of the bundle have to agree with. */
const compared = [
  'package-frozen',
  'package-approved',
  'package-refused',
  'changes-requested',
  'package-voided',
  'package-sent',
];
const others = ['series-amended', 'key-replaced'];

/** @throws BUNDLE_WRONG with the number of the first wrong entry */
export function checkLog({ manifest, bundle, control }: Checking): CheckedLog {
  const { log, period } = manifest;
  const names = bundle.entries.map(({ name }) => name).filter((name) => name.startsWith('log/'));
  const seqOf = new Map<string, number>();
  const ofPackage = new Map<string, LoggedAct[]>();
  const acts: LoggedAct[] = [];
  const further: LoggedAct[] = [];
  let [firstAt, lastAt] = ['', ''];
  let start: AuditHead | undefined;
  let last: AuditHead | undefined;
  for (const name of names) {
    for (const row of readLogFile(name, bundle.content(name))) {
      if (last === undefined) {
        start = log.first === 1 ? chainStart : { seq: row.seq - 1, hash: row.previousHash };
        last = start;
        firstAt = row.at;
        seqOf.set(start.hash, start.seq);
      }
      const broken = breakAt(last, row);
      if (broken !== undefined)
        throw wrong(`entry ${broken.seq} of the log`, broken.reason, last.hash, row.previousHash);
      last = { seq: row.seq, hash: row.hash };
      seqOf.set(row.hash, row.seq);
      lastAt = row.at;
      const logged = comparedAct(row);
      if (logged === undefined) continue;
      if (others.includes(logged.act)) {
        further.push(logged);
        continue;
      }
      acts.push(logged);
      const hash = String(logged.detail.package);
      ofPackage.set(hash, [...(ofPackage.get(hash) ?? []), logged]);
    }
    control.report({ step: 'bundle.log', done: last?.seq ?? 0, total: log.last });
  }
  if (start === undefined || last === undefined) throw wrong('log', 'entry-missing', 'an entry', 'none');
  same('the first entry of the log', 'entry-missing', String(log.first), String(start.seq + 1));
  same('the last entry of the log', 'end-missing', String(log.last), String(last.seq));
  must(period.from !== null || log.first === 1, 'the first entry of the log', 'entry-missing', '1', String(log.first));
  if (period.to === null) {
    same('the head of the log', 'end-missing', `${log.head.seq} ${log.head.hash}`, `${last.seq} ${last.hash}`);
  }
  const ofAct = (act: string) => further.filter((one) => one.act === act);
  return {
    ...{ entries: last.seq - start.seq, first: log.first, start, seqOf, ofPackage, acts, firstAt, lastAt },
    amendments: ofAct('series-amended'),
    replacements: ofAct('key-replaced').map(({ seq, at, detail }) => {
      return { seq, at, before: String(detail.before), key: String(detail.key) };
    }),
  };
}

function comparedAct({ seq, at, act, subject, detail }: AuditRow): LoggedAct | undefined {
  if (!compared.includes(act) && !others.includes(act)) return undefined;
  try {
    const facts = JSON.parse(detail) as Readonly<Record<string, unknown>>;
    return { seq, at, act, subject, detail: facts };
  } catch {
    throw wrong(`entry ${seq} of the log`, 'unreadable', 'JSON', detail.slice(0, 40));
  }
}
