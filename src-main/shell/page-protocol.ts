/** `app://chorale`: the built page, served to the window from the disk and from nowhere else. */
import type { Protocol } from 'electron';
import { hostInReport, violationsPath } from '../engine/page-denied.ts';
import { readPageFile } from '../engine/page-files.ts';

export const scheme = 'app';
const pageHost = 'chorale';
export const pageOrigin = `${scheme}://${pageHost}`;

/** Compared part by part: Node gives a scheme that it does not know no origin. */
export function isPage(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === `${scheme}:` && parsed.host === pageHost;
}

/** Before the application is ready. */
export const registerScheme = (protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);

/**
 * SECURITY: GET of the one host only; `readPageFile` keeps within the folder and adds the Content-Security-Policy, whose
 * violations come back by POST.
 * @param denied is told each host that the policy kept the page from
 */
export async function answerPageRequest(
  folder: string,
  request: Request,
  denied: (host: string) => void = () => {},
): Promise<Response> {
  const url = new URL(request.url);
  if (request.method === 'POST' && url.host === pageHost && url.pathname === violationsPath) {
    const host = hostInReport(await request.text());
    if (host !== undefined) denied(host);
    return new Response(null, { status: 204 });
  }
  if (request.method !== 'GET') return new Response(null, { status: 405 });
  const file = url.host === pageHost ? await readPageFile(folder, url.pathname) : undefined;
  if (file === undefined) return new Response(null, { status: 404 });
  return new Response(new Uint8Array(file.bytes), { headers: { ...file.headers } });
}
