/** What the page tried to reach and was kept from: a row in the list of connections, whichever shell has kept it. */
import * as z from 'zod';
import { noteConnection } from '../catalog/connections.ts';
import type { EngineContext } from './context.ts';

/** Where the page's Content-Security-Policy has its violations reported: to the engine itself. */
export const violationsPath = '/violations';

const mostReportBytes = 1 << 14;
/** So many hosts of one process: whatever has taken the page over must not fill the catalog. */
const mostHosts = 200;

/** Of an address without a host, its scheme. */
export function hostOfAddress(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'unknown' : parsed.host || parsed.protocol;
}

const report = z.object({ 'csp-report': z.object({ 'blocked-uri': z.string().max(4096) }) });
const outward = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:']);

/** @returns the host that the page asked for; undefined when the report is of something else, such as an inline style */
export function hostInReport(body: string): string | undefined {
  if (body.length > mostReportBytes) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const blocked = report.safeParse(value).data?.['csp-report']['blocked-uri'] ?? '';
  return outward.has(URL.parse(blocked)?.protocol ?? '') ? hostOfAddress(blocked) : undefined;
}

const known = new Set<string>();

/** Where a person sees it; before a workspace is open there is no list. */
export function notePageDenied(context: EngineContext, host: string): void {
  if (context.access.status().state !== 'open') return;
  if (!known.has(host) && known.size >= mostHosts) return;
  known.add(host);
  noteConnection(context.workspace().catalog, {
    at: new Date().toISOString(),
    host: host.slice(0, 260),
    purpose: 'page',
    bytesOut: 0,
    bytesIn: 0,
    packageHash: null,
    outcome: 'denied',
    reason: 'page',
    proxy: null,
  });
}
