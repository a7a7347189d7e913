/** The engine under plain Node: the page on 127.0.0.1 behind a start token, the contract over a WebSocket. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';
import type { EngineContext } from './context.ts';
import { createEngine, type EngineOptions } from './engine.ts';
import { hostInReport, notePageDenied, violationsPath } from './page-denied.ts';
import { pageFolder, readPageFile } from './page-files.ts';
import { router } from './router.ts';

export type Server = {
  /** The first address to open: it carries the start token. */
  readonly address: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

export type ServeOptions = {
  readonly context: EngineContext;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Of the built page. */
  readonly folder?: string;
};

/** A chunk of an upload is 1 MiB; nothing the page sends is larger by much. */
const largestMessage = 8 << 20;

/**
 * An engine of its own and the server before it; both end with `close`.
 * @param passphrase opens the workspace at once, or makes it; without one the page asks
 */
export async function serveWorkspace({
  passphrase,
  port,
  ...options
}: EngineOptions & { readonly passphrase?: string | undefined; readonly port?: number }): Promise<Server> {
  const engine = await createEngine(options);
  try {
    const { access } = engine.context;
    if (passphrase !== undefined) {
      await (access.status().state === 'absent' ? access.create(passphrase, false) : access.unlock(passphrase, false));
    }
    const server = await serve({ context: engine.context, ...(port === undefined ? {} : { port }) });
    return {
      ...server,
      async close() {
        await server.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

const localNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

export async function serve({ context, port = 0, folder = pageFolder }: ServeOptions): Promise<Server> {
  const token = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  const app = fastify({ logger: false, forceCloseConnections: true });
  const handler = new RPCHandler(router);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage, perMessageDeflate: false });

  const cookieName = () => `chorale-${(app.server.address() as AddressInfo).port}`;
  const holdsSession = (request: IncomingMessage) => same(readCookie(request.headers.cookie, cookieName()), session);

  app.addHook('onRequest', async (request, reply) => {
    // SECURITY: a foreign name that resolves to this machine (DNS rebinding) must not reach the engine.
    if (!hasLocalHost(request.raw)) await refuse(reply, 403, 'This address is not one of this machine.');
  });

  app.get('/*', async (request: FastifyRequest, reply) => {
    const url = new URL(request.url, 'http://local');
    const given = url.searchParams.get('token');
    if (given !== null && same(given, token)) {
      // SECURITY: the token leaves the address bar at once, and the cookie is out of reach for scripts and other sites.
      url.searchParams.delete('token');
      return reply
        .header('set-cookie', `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`)
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect(`${url.pathname}${url.search}`, 303);
    }
    if (!holdsSession(request.raw)) return refuse(reply, 403, 'Open the address that Chorale printed when it started.');
    const file = await readPageFile(folder, url.pathname);
    if (file === undefined) {
      const isPage = extname(url.pathname) === '';
      return refuse(reply, 404, isPage ? 'The page is not built yet: npm run build' : 'Not found.');
    }
    return reply.headers(file.headers).send(file.bytes);
  });

  app.addContentTypeParser('application/csp-report', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post(violationsPath, { bodyLimit: 1 << 14 }, async (request, reply) => {
    if (!holdsSession(request.raw)) return refuse(reply, 403, 'Not from this page.');
    const host = hostInReport(typeof request.body === 'string' ? request.body : '');
    if (host !== undefined) notePageDenied(context, host);
    return reply.status(204).send();
  });

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // SECURITY: a WebSocket is not held back by the same-origin rule, so another site's page could open one.
    const allowed =
      request.url === '/engine' && hasLocalHost(request) && hasOwnOrigin(request) && holdsSession(request);
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => void handler.upgrade(webSocket, { context }));
  });

  await app.listen({ host: '127.0.0.1', port });
  const { port: taken } = app.server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${taken}/?token=${token}`,
    port: taken,
    async close() {
      for (const webSocket of sockets.clients) webSocket.terminate();
      await app.close();
    },
  };
}

const refuse = (reply: FastifyReply, status: number, sentence: string) =>
  reply
    .status(status)
    .header('content-security-policy', `default-src 'none'; frame-ancestors 'none'`)
    .header('x-content-type-options', 'nosniff')
    .type('text/plain; charset=utf-8')
    .send(`${sentence}\n`);

/** The port may differ: an SSH tunnel brings its own. */
function hasLocalHost({ headers: { host } }: IncomingMessage): boolean {
  const url = host === undefined ? null : URL.parse(`http://${host}`);
  return url !== null && localNames.has(url.hostname);
}

const hasOwnOrigin = ({ headers: { origin, host } }: IncomingMessage): boolean => origin === `http://${host}`;

const readCookie = (header: string | undefined, name: string): string =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? '';

/** Hashed first, so that neither content nor length shows in the time it takes. */
const same = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
