/** The built page on the disk: which file a request means, and under which Content-Security-Policy it is shown. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { resources } from '../catalog/open.ts';
import { violationsPath } from './page-denied.ts';

export type PageFile = { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };

/** Where the build puts the page. */
export const pageFolder = join(resources, '..', 'out', 'renderer');

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** In the built index.html it stands for the nonce of the load. */
const noncePlaceholder = 'CSP-NONCE';

/**
 * @param path of the request's URL, still percent-encoded; one without an ending is a place in the page and means its
 *   index.html
 * @returns undefined when there is no such file
 */
export async function readPageFile(folder: string, path: string): Promise<PageFile | undefined> {
  const file = locate(folder, path);
  if (file === undefined) return undefined;
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const headers = {
    'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-dns-prefetch-control': 'off',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
  const nonce = randomBytes(16).toString('base64');
  const policy = { ...headers, 'content-security-policy': contentSecurityPolicy(nonce) };
  if (extname(file) === '.html') {
    const html = bytes.toString('utf8').replaceAll(noncePlaceholder, nonce);
    return { bytes: Buffer.from(html), headers: { ...policy, 'cache-control': 'no-store' } };
  }
  return { bytes, headers: { ...policy, 'cache-control': 'private, max-age=31536000, immutable' } };
}

/** @returns the file's path, undefined when it would lie outside the folder */
export function locate(folder: string, path: string): string | undefined {
  const decoded = decode(path);
  if (decoded === undefined || decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const file = resolve(folder, `.${extname(decoded) === '' ? '/index.html' : decoded}`);
  // SECURITY: resolved first and compared with a trailing separator, so that neither `..` nor a sibling folder of the
  // same beginning (`renderer-evil`) gets through.
  return file.startsWith(resolve(folder) + sep) ? file : undefined;
}

/** SECURITY: nothing is loaded from elsewhere, nothing runs that the build did not make, nobody frames the page. */
export const contentSecurityPolicy = (nonce: string): string =>
  [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `worker-src 'none'`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `report-uri ${violationsPath}`,
  ].join('; ');

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
