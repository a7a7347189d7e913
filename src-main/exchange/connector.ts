/** How a connection to the coordinator is opened: directly or through a proxy's tunnel, and only to the certificate that was agreed on. */
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import { ChoraleError } from '../contract/errors.ts';
import { certificateFingerprint } from './certificate.ts';

export type Way = {
  /** Hex SHA-256 of the public key that the certificate must have; without it, one that this machine trusts. */
  readonly certificate?: string | undefined;
  /** May carry a name and a password. */
  readonly proxy?: URL | undefined;
  readonly timeoutMs: number;
};

/** The connector throws CERTIFICATE_REFUSED, and errors with a `code`: the operating system's, or `proxy-` and why. */
export function openConnector({ certificate, proxy, timeoutMs }: Way): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    // A session that is taken up again shows no certificate.
    maxCachedSessions: 0,
    // SECURITY: the agreed key takes the place of name and issuer; it is compared before the first byte of a request.
    ...(certificate === undefined ? {} : { rejectUnauthorized: false }),
  });

  async function open(options: buildConnector.Options): Promise<Socket> {
    const host = addressOf(options);
    const tunnel = proxy && (await openTunnel(proxy, host, timeoutMs));
    if (options.protocol !== 'https:') return tunnel ?? connected(connect, options);
    const socket = await connected(connect, tunnel === undefined ? options : { ...options, httpSocket: tunnel });
    if (certificate === undefined) return socket;
    const shown = (socket as TLSSocket).getPeerX509Certificate();
    const found = shown === undefined ? '' : certificateFingerprint(shown);
    if (found === certificate) return socket;
    socket.destroy();
    throw new ChoraleError('CERTIFICATE_REFUSED', { host, expected: certificate, found });
  }

  return (options, callback) =>
    void open(options).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
}

const connected = (connect: buildConnector.connector, options: buildConnector.Options): Promise<Socket> =>
  new Promise((resolve, reject) =>
    connect(options, (...[error, socket]) => (error === null ? resolve(socket) : reject(error))),
  );

const addressOf = ({ hostname, port, protocol }: buildConnector.Options): string =>
  `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;

/** RFC 9110, section 9.3.6: the proxy passes bytes on and sees only the name, so TLS ends at the coordinator. */
function openTunnel(proxy: URL, target: string, timeoutMs: number): Promise<Socket> {
  const isSecure = proxy.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const asked = (isSecure ? requestSecure : requestPlain)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (isSecure ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...authorisation(proxy) },
      agent: false,
      timeout: timeoutMs,
    });
    asked.once('connect', ({ statusCode }, socket) => {
      socket.setTimeout(0);
      socket.on('error', () => {}); // whoever uses it hears of it by its closing
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(proxyError(`${statusCode}`));
    });
    asked.once('timeout', () => asked.destroy(proxyError('timeout')));
    asked.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code?.startsWith('proxy-') === true ? error : proxyError(error.code ?? 'failed')),
    );
    asked.end();
  });
}

const authorisation = ({ username, password }: URL) =>
  username === ''
    ? {}
    : {
        'proxy-authorization': `Basic ${Buffer.from(
          `${decodeURIComponent(username)}:${decodeURIComponent(password)}`,
        ).toString('base64')}`,
      };

const proxyError = (why: string): Error => Object.assign(new Error(`proxy-${why}`), { code: `proxy-${why}` });
