import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectionCall, listConnections } from '../../src-main/catalog/connections.ts';
import { openCatalog } from '../../src-main/catalog/open.ts';
import { ownCertificate, selfSigned, tlsFingerprint } from '../../src-main/coordinator/certificate.ts';
import { startCoordinator } from '../../src-main/coordinator/start.ts';
import { openExchange } from '../../src-main/exchange/client.ts';
import { openGate } from '../../src-main/exchange/gate.ts';
import { proxyFor } from '../../src-main/exchange/proxy.ts';
import { describeWayOut, proxyOnTheWay, writeProxySetting } from '../../src-main/exchange/way-out.ts';
import { makeConsortium } from '../federation/consortium.ts';
import { connectProxy, secureServer } from './servers.ts';

const now = new Date('2026-11-23T00:00:00Z');
const ours = selfSigned(['127.0.0.1', 'localhost'], now);
const theirs = selfSigned(['127.0.0.1', 'localhost'], now);

let folder: string;
let closing: (() => Promise<unknown>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-way-out-'));
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

function gateTo(url: URL, way: Parameters<typeof openGate>[2]) {
  const noted: ConnectionCall[] = [];
  const gate = openGate(url, (call) => noted.push(call), way);
  closing.push(gate.close);
  const ask = () => gate.send({ method: 'GET', url, purpose: 'hello', mostBytes: 1000, timeoutMs: 2000 });
  return { ask, noted };
}

const text = ({ body }: { readonly body: Uint8Array }) => new TextDecoder().decode(body);

describe('the certificate that was agreed on', () => {
  it('is accepted though nobody but the coordinator vouches for it', async () => {
    const { port } = await secureServer(ours, closing);
    const { ask, noted } = gateTo(new URL(`https://127.0.0.1:${port}/a`), { certificate: tlsFingerprint(ours) });
    expect(text(await ask())).toBe('answer to /a');
    expect(noted).toMatchObject([{ outcome: 'allowed', proxy: null }]);
  });

  it('is the only one: any other is refused before a byte of the request, names both and is written down', async () => {
    const { port, asked } = await secureServer(theirs, closing);
    const host = `127.0.0.1:${port}`;
    const { ask, noted } = gateTo(new URL(`https://${host}/secret`), { certificate: tlsFingerprint(ours) });
    await expect(ask()).rejects.toMatchObject({
      code: 'CERTIFICATE_REFUSED',
      data: { host, expected: tlsFingerprint(ours), found: tlsFingerprint(theirs) },
    });
    expect(asked).toEqual([]);
    expect(noted).toMatchObject([{ host, outcome: 'denied', reason: 'other-certificate', bytesOut: 0 }]);
  });

  it('is compared again on every new connection', async () => {
    const { port, asked } = await secureServer(ours, closing);
    const url = new URL(`https://127.0.0.1:${port}/a`);
    const { ask } = gateTo(url, { certificate: tlsFingerprint(ours) });
    await ask();
    for (const close of closing.splice(0, 1)) await close();
    const { createServer } = await import('node:https');
    const impostor = createServer({ cert: theirs.certificate, key: theirs.key }, (_request, response) =>
      response.end(),
    );
    await new Promise<void>((resolve) => impostor.listen(port, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => impostor.closeAllConnections() ?? impostor.close(resolve)));
    await expect(ask()).rejects.toThrow(/CERTIFICATE_REFUSED/);
    expect(asked).toHaveLength(1);
  });

  it('where none was agreed on must be one that this machine trusts', async () => {
    const { port, asked } = await secureServer(ours, closing);
    const { ask } = gateTo(new URL(`https://127.0.0.1:${port}/a`), {});
    await expect(ask()).rejects.toMatchObject({ code: 'COORDINATOR_UNREACHABLE', data: { reason: /SELF_SIGNED/ } });
    expect(asked).toEqual([]);
  });

  it('keeps its fingerprint when it is made once, and lies there for the owner only', () => {
    const first = ownCertificate(folder, ['127.0.0.1', '::1', 'coordinator.decima.example'], now);
    expect(ownCertificate(folder, ['other.example'], new Date())).toEqual(first);
    for (const name of ['tls-key.pem', 'tls-certificate.pem']) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(() => tlsFingerprint({ ...first, key: theirs.key })).toThrow(/no-certificate-and-key/);
  });
});

describe('a proxy', () => {
  const target = new URL('https://coordinator.decima.example/a');

  it('carries a tunnel, in which TLS still ends at the coordinator', async () => {
    const { port } = await secureServer(ours, closing);
    const proxy = await connectProxy((name) => (name === 'coordinator.decima.example:443' ? port : undefined), closing);
    const way = { certificate: tlsFingerprint(ours), proxy: new URL(proxy.address) };
    const { ask, noted } = gateTo(target, way);
    expect(text(await ask())).toBe('answer to /a');
    expect(proxy.asked).toEqual([{ target: 'coordinator.decima.example:443', credentials: null }]);
    expect(proxy.seen().length).toBeGreaterThan(100);
    expect(proxy.seen().includes('GET /a')).toBe(false);
    expect(noted).toMatchObject([
      { host: 'coordinator.decima.example:443', outcome: 'allowed', proxy: `127.0.0.1:${proxy.port}` },
    ]);
  });

  it('that puts itself in the place of the coordinator is found out', async () => {
    const { port, asked } = await secureServer(theirs, closing);
    const proxy = await connectProxy(() => port, closing);
    const { ask, noted } = gateTo(target, { certificate: tlsFingerprint(ours), proxy: new URL(proxy.address) });
    await expect(ask()).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED', data: { found: tlsFingerprint(theirs) } });
    expect(asked).toEqual([]);
    expect(noted).toMatchObject([{ outcome: 'denied', proxy: `127.0.0.1:${proxy.port}` }]);
  });

  it('is told who asks, and the log is not', async () => {
    const { port } = await secureServer(ours, closing);
    const proxy = await connectProxy(() => port, closing);
    const address = new URL(`http://aldera:p%40ss@127.0.0.1:${proxy.port}`);
    const { ask, noted } = gateTo(target, { certificate: tlsFingerprint(ours), proxy: address });
    await ask();
    const credentials = `Basic ${Buffer.from('aldera:p@ss').toString('base64')}`;
    expect(proxy.asked).toEqual([{ target: 'coordinator.decima.example:443', credentials }]);
    expect(JSON.stringify(noted)).not.toMatch(/aldera|p@ss|p%40ss/);
  });

  it('that refuses or is away is named in the reason', async () => {
    const proxy = await connectProxy(() => undefined, closing, { refusal: 407 });
    const refused = gateTo(target, { proxy: new URL(proxy.address) });
    await expect(refused.ask()).rejects.toMatchObject({ data: { reason: 'proxy-407' } });
    const away = gateTo(target, { proxy: new URL('http://127.0.0.1:1') });
    await expect(away.ask()).rejects.toMatchObject({ data: { reason: 'proxy-ECONNREFUSED' } });
  });

  it('is that of the setting, else of the environment, and none for this machine itself or an exception', () => {
    const environment = { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: '.inside.example, other.example:8443' };
    const chosen = (
      url: string,
      setting: Parameters<typeof proxyFor>[1] = { mode: 'environment' },
      around = environment,
    ) => proxyFor(new URL(url), setting, around)?.host;
    expect(chosen('https://coordinator.example')).toBe('proxy.example:3128');
    expect(chosen('http://coordinator.example')).toBeUndefined();
    expect(chosen('https://a.inside.example')).toBeUndefined();
    expect(chosen('https://inside.example')).toBeUndefined();
    expect(chosen('https://notinside.example')).toBe('proxy.example:3128');
    expect(chosen('https://other.example:8443')).toBeUndefined();
    expect(chosen('https://other.example')).toBe('proxy.example:3128');
    expect(chosen('https://coordinator.example', { mode: 'none' })).toBeUndefined();
    expect(chosen('https://a.inside.example', { mode: 'address', address: 'own.example:80' })).toBe('own.example');
    for (const here of ['https://127.0.0.1:4', 'https://localhost', 'https://[::1]:9']) {
      expect(chosen(here, { mode: 'address', address: 'own.example:80' })).toBeUndefined();
    }
    expect(() => chosen('https://a.example', { mode: 'address', address: 'socks5://own.example' })).toThrow();
  });

  it('is never asked for any host when NO_PROXY is a star', () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        const around = { https_proxy: 'http://proxy.example', no_proxy: '*' };
        return proxyFor(new URL(`https://${host}`), { mode: 'environment' }, around) === undefined;
      }),
    );
  });

  it('keeps its password in the encrypted catalog and shows it to nobody', () => {
    const catalog = openCatalog(join(folder, 'catalog.sqlite'), Buffer.alloc(32, 7));
    const url = 'https://coordinator.decima.example';
    expect(describeWayOut(catalog, url, {})).toEqual({ setting: { mode: 'environment' }, proxy: null });
    writeProxySetting(catalog, { mode: 'address', address: 'http://aldera:geheim@proxy.example:3128' });
    expect(describeWayOut(catalog, url, {})).toEqual({
      setting: { mode: 'address', address: 'http://aldera@proxy.example:3128' },
      proxy: 'proxy.example:3128',
    });
    expect(proxyOnTheWay(catalog, url, {})?.password).toBe('geheim');
    catalog.close();
  });
});

describe('a coordinator that speaks TLS', () => {
  it('is reached through a proxy under its pin, by the signed conversation as without it', async () => {
    const { signedRoster: roster, plan, planHash, coordinatorKeys: key, keys } = makeConsortium(3);
    const tls = ownCertificate(join(folder, 'coordinator'), ['127.0.0.1'], now);
    const coordinator = await startCoordinator({ folder: join(folder, 'coordinator'), roster, plan, key, tls });
    closing.push(coordinator.close);
    expect(coordinator.url).toMatch(/^https:/);
    const port = Number(new URL(coordinator.url).port);
    const proxy = await connectProxy(() => port, closing);
    const catalog = openCatalog(join(folder, 'catalog.sqlite'), Buffer.alloc(32, 7));
    closing.push(async () => catalog.close());
    const partner = { self: 'P01', keys: keys.P01!, planHash, rosterHash: plan.rosterHash };
    const at = { url: 'https://coordinator.decima.example', key: key.publicKey, certificate: tlsFingerprint(tls) };
    const exchange = openExchange({ ...partner, coordinator: at, proxy: new URL(proxy.address) }, catalog);
    closing.push(exchange.close);
    expect((await exchange.standing()).partners).toHaveLength(3);
    expect(listConnections(catalog, { limit: 10 }).connections).toMatchObject([
      { purpose: 'standing', outcome: 'allowed', proxy: `127.0.0.1:${proxy.port}` },
      { purpose: 'hello', outcome: 'allowed', proxy: `127.0.0.1:${proxy.port}` },
    ]);
  });
});
