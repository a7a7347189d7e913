import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { locate } from '../../src-main/engine/page-files.ts';
import { type Server, serve } from '../../src-main/engine/serve.ts';
import { exchangeToken, startTestEngine, type TestEngine } from './engine-for-tests.ts';

describe('serve', () => {
  let test: TestEngine;
  let server: Server;
  let folder: string;
  let cookie: string;
  let host: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-page-'));
    mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
    mkdirSync(join(folder, 'renderer-evil'));
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'renderer-evil', 'page.js'), 'secret');
    writeFileSync(
      join(folder, 'renderer', 'index.html'),
      '<meta property="csp-nonce" nonce="CSP-NONCE"><script type="module" src="/assets/page.js"></script>',
    );
    writeFileSync(join(folder, 'renderer', 'assets', 'page.js'), 'export {}');
    test = await startTestEngine();
    server = await serve({ context: test.engine.context, folder: join(folder, 'renderer') });
    cookie = await exchangeToken(server.address);
    host = `127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    await server.close();
    await test.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends the path as it is, which `fetch` would tidy up. */
  async function get(path: string, headers: Record<string, string> = {}) {
    const [answer] = (await once(
      request({ host: '127.0.0.1', port: server.port, path, headers: { host, ...headers } }).end(),
      'response',
    )) as [IncomingMessage];
    const body = Buffer.concat(await answer.toArray()).toString('utf8');
    return { status: answer.statusCode, headers: answer.headers, body };
  }

  it('exchanges the start token for a cookie that scripts and other sites cannot use, and takes it out of the address', async () => {
    const { pathname, search } = new URL(server.address);
    const { status, headers, body } = await get(pathname + search);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']?.[0]).toMatch(/^chorale-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(body).not.toContain('token');
  });

  it('shows nothing without the cookie, nor with a wrong token or cookie', async () => {
    for (const path of ['/', '/assets/page.js', '/?token=wrong', '/?token=']) {
      expect((await get(path)).status).toBe(403);
      expect((await get(path, { cookie: `${cookie}x` })).status).toBe(403);
    }
  });

  it('shows the page under a strict policy with a nonce of each load', async () => {
    const loads = [await get('/', { cookie }), await get('/import?step=2', { cookie })];
    const nonces = loads.map(({ status, headers, body }) => {
      expect(status).toBe(200);
      const nonce = /nonce="([^"]+)"/.exec(body)?.[1];
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
          `font-src 'self'; connect-src 'self'; worker-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; ` +
          `report-uri /violations`,
      );
      expect(headers['cache-control']).toBe('no-store');
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
    expect((await get('/assets/page.js', { cookie })).headers['content-type']).toMatch(/^text\/javascript/);
  });

  it('gives no file outside the page', async () => {
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/..%2frenderer-evil%2fpage.js',
      '/..%5csecret.txt',
      '/%00.js',
      '/none.js',
    ]) {
      const { status, body } = await get(path, { cookie });
      expect([path, status, body.includes('secret')]).toEqual([path, 404, false]);
    }
    expect((await get('/%ff.js', { cookie })).status).toBe(400);
  });

  it('answers only under a name of this machine', async () => {
    for (const name of ['evil.example', `evil.example:${server.port}`, '127.0.0.1.evil.example']) {
      expect((await get('/', { cookie, host: name })).status).not.toBe(200);
    }
    expect((await get('/', { cookie, host: `localhost:${server.port}` })).status).toBe(200);
    expect((await get('/', { cookie, host: 'localhost:9000' })).status).toBe(200);
  });

  describe('its WebSocket', () => {
    const answerTo = async (headers: Record<string, string>, path = '/engine') => {
      const socket = new WebSocket(`ws://${host}${path}`, { headers });
      const answer = await Promise.race([
        once(socket, 'open').then(() => 'open'),
        once(socket, 'unexpected-response').then(([, response]) => (response as IncomingMessage).statusCode),
      ]);
      socket.on('error', () => {}); // closing one that never opened is reported as an error
      socket.terminate();
      return answer;
    };
    const origin = () => `http://${host}`;

    it('opens for the page itself', async () => {
      expect(await answerTo({ cookie, origin: origin() })).toBe('open');
    });

    it('stays shut for another site, a missing origin, a foreign name, a missing or wrong cookie, another path', async () => {
      expect(await answerTo({ cookie, origin: 'https://evil.example' })).toBe(403);
      expect(await answerTo({ cookie, origin: `http://127.0.0.1:${server.port + 1}` })).toBe(403);
      expect(await answerTo({ cookie })).toBe(403);
      expect(await answerTo({ cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(403);
      expect(await answerTo({ origin: origin() })).toBe(403);
      expect(await answerTo({ cookie: `${cookie}x`, origin: origin() })).toBe(403);
      expect(await answerTo({ cookie, origin: origin() }, '/other')).toBe(403);
    });
  });
});

describe('the file that a request means', () => {
  it('never lies outside the folder, whatever the path', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2f',
      '%5c',
      '/',
      '\\',
      'a',
      '.js',
      '%00',
      'renderer-evil',
      '%252e',
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const file = locate('/srv/renderer', `/${parts.join('')}`);
        expect(file === undefined || file.startsWith('/srv/renderer/')).toBe(true);
      }),
    );
  });
});
