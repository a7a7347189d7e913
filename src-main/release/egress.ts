/** Every connection since the workspace exists, against what was approved: the figures beside the log. */
import {
  coordinatorAddresses,
  packageNames,
  submissionAddresses,
  submissionsByMonth,
} from '../catalog/audit-egress.ts';
import {
  type ConnectionRow,
  callsByHost,
  connectionsAfter,
  type HostCalls,
  listConnections,
} from '../catalog/connections.ts';
import type { Catalog } from '../catalog/open.ts';
import type { Connection, Egress, HostTotals } from '../contract/audit.ts';
import { csvLine } from '../intake/csv-text.ts';

export function readEgress(catalog: Catalog): Egress {
  const calls = callsByHost(catalog);
  const months = submissionsByMonth(catalog);
  const submissionHosts = distinctHosts(submissionAddresses(catalog));
  const agreed = new Set([...submissionHosts, ...distinctHosts(coordinatorAddresses(catalog))]);
  const sum = (having: (calls: HostCalls) => boolean, what: 'calls' | 'bytesOut' | 'bytesIn') =>
    calls.filter(having).reduce((total, row) => total + row[what], 0);
  return {
    since: calls.reduce<string | null>(
      (first, { firstAt }) => (first === null || firstAt < first ? firstAt : first),
      null,
    ),
    submissions: {
      count: months.reduce((total, { submissions }) => total + submissions, 0),
      bytes: months.reduce((total, { bytes }) => total + bytes, 0),
      hosts: submissionHosts,
    },
    otherCalls: sum(({ host, outcome }) => outcome !== 'denied' && !agreed.has(host), 'calls'),
    deniedCalls: sum(({ outcome }) => outcome === 'denied', 'calls'),
    bytesOut: sum(() => true, 'bytesOut'),
    bytesIn: sum(() => true, 'bytesIn'),
    hosts: totalsByHost(calls),
    months: months.map((month) => ({ ...month })),
  };
}

export function findConnections(
  catalog: Catalog,
  filter: Parameters<typeof listConnections>[1],
): { readonly connections: Connection[]; readonly matching: number } {
  const { connections, matching } = listConnections(catalog, filter);
  const names = packageNames(catalog);
  return {
    matching,
    connections: connections.map((row) => ({
      ...row,
      packageName: row.packageHash === null ? null : (names.get(row.packageHash) ?? null),
    })),
  };
}

const columns = [
  'first_at',
  'last_at',
  'calls',
  'host',
  'proxy',
  'purpose',
  'package',
  'package_hash',
  'bytes_sent',
  'bytes_received',
  'outcome',
  'reason',
];
const rowsAtOnce = 500;

/** All of them, oldest first. */
export function* connectionsAsCsv(catalog: Catalog): Generator<string> {
  yield csvLine(columns);
  const names = packageNames(catalog);
  for (let after = 0; ; ) {
    const rows = connectionsAfter(catalog, after, rowsAtOnce);
    if (rows.length > 0) yield rows.map((row) => csvLine(cellsOf(row, names))).join('');
    if (rows.length < rowsAtOnce) return;
    after = rows.at(-1)!.id;
  }
}

const cellsOf = (row: ConnectionRow, names: ReadonlyMap<string, string>): readonly (string | number)[] => [
  row.at,
  row.lastAt,
  row.calls,
  row.host,
  row.proxy ?? '',
  row.purpose,
  names.get(row.packageHash ?? '') ?? '',
  row.packageHash ?? '',
  row.bytesOut,
  row.bytesIn,
  row.outcome,
  row.reason ?? '',
];

/** Name and port, as connections are noted: `https://a.example` is `a.example:443`. */
export function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

const distinctHosts = (addresses: readonly string[]): string[] => [...new Set(addresses.map(hostOf))];

function totalsByHost(calls: readonly HostCalls[]): HostTotals[] {
  const totals = new Map<string, HostTotals>();
  for (const row of calls) {
    const { host, firstAt, lastAt } = row;
    const before = totals.get(host) ?? {
      ...{ host, firstAt, lastAt, calls: 0, allowed: 0, denied: 0, failed: 0, bytesOut: 0, bytesIn: 0 },
    };
    totals.set(host, {
      ...before,
      calls: before.calls + row.calls,
      [row.outcome]: before[row.outcome] + row.calls,
      bytesOut: before.bytesOut + row.bytesOut,
      bytesIn: before.bytesIn + row.bytesIn,
      firstAt: inOrder(firstAt, before.firstAt)[0],
      lastAt: inOrder(lastAt, before.lastAt)[1],
    });
  }
  return [...totals.values()].sort((a, b) => b.calls - a.calls);
}

/** ISO 8601 times sort as texts. */
const inOrder = (a: string, b: string): readonly [string, string] => (a < b ? [a, b] : [b, a]);
