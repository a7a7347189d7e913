import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listConnections } from '../../src-main/catalog/connections.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { type Exchange, type ExchangeOptions, openExchange } from '../../src-main/exchange/client.ts';
import { openGate } from '../../src-main/exchange/gate.ts';
import { chunkHash } from '../../src-main/federation/chunks.ts';
import { signDocument } from '../../src-main/federation/coordinator-documents.ts';
import { noHash } from '../../src-main/federation/formats.ts';
import { type Message, sealMessage } from '../../src-main/federation/messages.ts';
import { makeConsortium } from '../federation/consortium.ts';

const consortium = makeConsortium(3);

let folder: string;
let catalog: Catalog;
let closing: (() => Promise<unknown>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-exchange-'));
  catalog = openCatalog(join(folder, 'catalog.sqlite'), Buffer.alloc(32, 7));
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  catalog.close();
  rmSync(folder, { recursive: true, force: true });
});

function exchangeWith(url: string, options: ExchangeOptions = {}): Exchange {
  const { keys, plan, planHash, coordinatorKeys } = consortium;
  const exchange = openExchange(
    {
      self: 'P01',
      keys: keys.P01!,
      planHash,
      rosterHash: plan.rosterHash,
      coordinator: { url, key: coordinatorKeys.publicKey, certificate: null },
    },
    catalog,
    { retryAfter: [], timeoutMs: 2000, ...options },
  );
  closing.push(exchange.close);
  return exchange;
}

async function coordinator(): Promise<Coordinator> {
  const { signedRoster: roster, plan, coordinatorKeys: key } = consortium;
  const started = await startCoordinator({ folder: join(folder, 'coordinator'), roster, plan, key });
  closing.push(started.close);
  return started;
}

/** Another machine, which answers as it likes. */
async function server(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const made: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => made.closeAllConnections() ?? made.close(resolve)));
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, asked };
}

/** As the coordinator would greet, for tests of what follows. */
function greet(
  request: IncomingMessage,
  response: ServerResponse,
  change: object = {},
  key = consortium.coordinatorKeys,
): boolean {
  if (!request.url?.startsWith('/v1/hello')) return false;
  const document = {
    format: 'chorale hello 1' as const,
    planHash: consortium.planHash,
    rosterHash: consortium.plan.rosterHash,
    challenge: new URL(request.url, 'http://x').searchParams.get('challenge')!,
    session: 'A'.repeat(22),
    at: new Date().toISOString(),
    ...change,
  };
  response.end(signDocument('hello', document, key.secretKey));
  return true;
}

const present = () =>
  new TextDecoder().decode(
    sealMessage(
      {
        ...{
          planHash: consortium.planHash,
          round: 0,
          attempt: 0,
          from: 'P01',
          seq: 1,
          prevMsgHash: noHash,
          logHead: noHash,
        },
        ...{ type: 'PRESENT', body: { roundsDone: 0 } },
      } as Message,
      consortium.keys.P01!.secretKey,
    ).bytes,
  );

const rows = () =>
  listConnections(catalog, { limit: 100 }).connections.map(({ purpose, outcome, reason, calls }) => ({
    purpose,
    outcome,
    reason,
    calls,
  }));

describe('the gate', () => {
  it('sends nothing to any other host, port or scheme, and writes the attempt down', async () => {
    const { url, asked } = await server((_request, response) => response.end('secret'));
    const noted: string[] = [];
    const gate = openGate(new URL('https://coordinator.decima.example'), ({ host, outcome, reason }) =>
      noted.push(`${host} ${outcome} ${reason}`),
    );
    closing.push(gate.close);
    for (const other of [
      url,
      'https://coordinator.decima.example:8443',
      'http://coordinator.decima.example:443',
      'https://evil.example',
    ]) {
      const request = {
        method: 'GET' as const,
        url: new URL(other),
        purpose: 'message',
        mostBytes: 10,
        timeoutMs: 1000,
      };
      await expect(gate.send(request)).rejects.toThrow(/HOST_DENIED/);
    }
    expect(asked).toEqual([]);
    expect(noted).toEqual([
      `${new URL(url).host} denied not-the-coordinator`,
      'coordinator.decima.example:8443 denied not-the-coordinator',
      'coordinator.decima.example:443 denied not-the-coordinator',
      'evil.example:443 denied not-the-coordinator',
    ]);
  });

  it('follows no redirection', async () => {
    const elsewhere = await server((_request, response) => response.end('secret'));
    const { url } = await server((_request, response) => response.writeHead(302, { location: elsewhere.url }).end());
    await expect(exchangeWith(url).messagesSince(0, 0)).rejects.toThrow(/COORDINATOR_REFUSED.*302/);
    expect(elsewhere.asked).toEqual([]);
  });

  it('reads no more than it asked for, waits no longer than it said, and stops when told to', async () => {
    const stop = new AbortController();
    const { url } = await server((request, response) => {
      if (greet(request, response)) return;
      if (request.url?.startsWith('/v1/messages')) stop.abort();
      if (request.url?.startsWith('/v1/chunks')) response.end(new Uint8Array((1 << 20) + 1));
    });
    const exchange = exchangeWith(url, { timeoutMs: 300 });
    await expect(exchange.getChunk(noHash)).rejects.toThrow(/COORDINATOR_UNREACHABLE.*answer-too-long/);
    await expect(exchange.standing()).rejects.toThrow(/COORDINATOR_UNREACHABLE.*timeout/);
    const waiting = exchangeWith(url, { timeoutMs: 60_000 }).messagesSince(0, 20, stop.signal);
    await expect(waiting).rejects.toThrow(/CANCELLED/);
    expect(
      rows()
        .filter(({ outcome }) => outcome === 'failed')
        .map(({ purpose, reason }) => `${purpose} ${reason}`),
    ).toEqual(['watch cancelled', 'standing timeout', 'chunk-down answer-too-long']);
  });
});

describe('the coordinator', () => {
  it('must prove that it holds the key of the plan before it hears anything', async () => {
    const { url, asked } = await server((request, response) => greet(request, response, {}, consortium.keys.P02!));
    await expect(exchangeWith(url).postMessage(present())).rejects.toThrow(/not-the-coordinator/);
    expect(asked.every((call) => call.startsWith('GET /v1/hello'))).toBe(true);
  });

  it.each([
    ['with an old challenge', { challenge: `${'B'.repeat(42)}A` }, 'not-the-coordinator'],
    ['for another plan', { planHash: 'f'.repeat(64) }, 'other-plan'],
    ['for another roster', { rosterHash: 'f'.repeat(64) }, 'other-plan'],
  ])('is not spoken to when it greets %s', async (_case, change, reason) => {
    const { url } = await server((request, response) => greet(request, response, change));
    await expect(exchangeWith(url).standing()).rejects.toThrow(reason);
  });

  it('is asked again while the network fails, and the failures are written down', async () => {
    let failures = 2;
    const { url } = await server((request, response) => {
      if (failures-- > 0) return void request.socket.destroy();
      if (greet(request, response)) return;
      response.end(JSON.stringify({ entries: [] }));
    });
    await expect(exchangeWith(url).messagesSince(0, 0)).rejects.toThrow(/COORDINATOR_UNREACHABLE/);
    expect(await exchangeWith(url, { retryAfter: [1, 1] }).messagesSince(0, 0)).toEqual([]);
    expect(rows().filter(({ outcome }) => outcome === 'failed')).toMatchObject([{ purpose: 'hello', calls: 2 }]);
  });

  it('that is down is named with its host, and nothing else is tried', async () => {
    const { url } = await server(() => {});
    await closing.pop()!();
    await expect(exchangeWith(url).standing()).rejects.toThrow(
      new RegExp(`COORDINATOR_UNREACHABLE.*${new URL(url).host}.*ECONNREFUSED`),
    );
    expect(rows()).toEqual([{ purpose: 'hello', outcome: 'failed', reason: 'ECONNREFUSED', calls: 1 }]);
  });

  it('is greeted anew after its restart', async () => {
    const first = await coordinator();
    const exchange = exchangeWith(first.url, { retryAfter: [20, 50] });
    expect(await exchange.messagesSince(0, 0)).toEqual([]);
    await closing.splice(0, 1)[0]!();
    const { signedRoster: roster, plan, coordinatorKeys: key } = consortium;
    const port = Number(new URL(first.url).port);
    const again = await startCoordinator({ folder: join(folder, 'coordinator'), roster, plan, key, port });
    closing.push(again.close);
    await exchange.postMessage(present());
    expect(again.state().here).toEqual(['P01']);
  });
});

describe('a message', () => {
  it('comes back with a signed receipt, and waits for the next one to come', async () => {
    const { url } = await coordinator();
    const exchange = exchangeWith(url);
    const waiting = exchange.messagesSince(0, 10);
    const { receipt } = await exchange.postMessage(present());
    expect(receipt.position).toBe(1);
    expect((await exchange.postMessage(present())).receipt).toEqual(receipt);
    expect((await waiting).map(({ position }) => position)).toEqual([1]);
    const stop = new AbortController();
    for await (const { bytes } of exchange.watch(0, stop.signal)) {
      expect(new TextDecoder().decode(bytes)).toBe(present());
      stop.abort();
    }
  });

  it('that is refused is said to be, with the reason', async () => {
    const { url } = await coordinator();
    const text = present().replace('"seq":1', '"seq":2');
    await expect(exchangeWith(url).postMessage(text)).rejects.toThrow(
      /COORDINATOR_REFUSED.*409.*signature-does-not-hold/,
    );
  });

  it('whose receipt somebody else has signed does not count as sent', async () => {
    const { url } = await server((request, response) => {
      if (!greet(request, response)) response.end(JSON.stringify({ document: {}, signature: 'A'.repeat(86) }));
    });
    await expect(exchangeWith(url).postMessage(present())).rejects.toThrow(/no-receipt/);
  });
});

describe('a chunk', () => {
  const chunk = new TextEncoder().encode('masked');
  const upload = { manifest: noHash, hash: chunkHash(chunk), chunk, packageHash: 'a'.repeat(64) };

  it('does not leave without the approval of its package, nor under another hash', async () => {
    const { url, asked } = await server((request, response) => greet(request, response));
    await expect(exchangeWith(url).putChunk(upload)).rejects.toThrow(/NOT_APPROVED/);
    const guarded = exchangeWith(url, {
      mayLeave: (packageHash, hash) => packageHash === 'b'.repeat(64) && hash === upload.hash,
    });
    await expect(guarded.putChunk(upload)).rejects.toThrow(/NOT_APPROVED/);
    const open = exchangeWith(url, { mayLeave: () => true });
    await expect(open.putChunk({ ...upload, hash: noHash })).rejects.toThrow(/PACKAGE_CHANGED/);
    expect(asked).toEqual([]);
  });

  it('that was changed on its way back is refused', async () => {
    const { url } = await server((request, response) => {
      if (!greet(request, response)) response.end('changed');
    });
    await expect(exchangeWith(url).getChunk(upload.hash)).rejects.toThrow(/chunk-changed/);
  });

  it('is counted under its package; the like within the hour are one row', async () => {
    const { url } = await server((request, response) => {
      if (!greet(request, response)) response.end('{}');
    });
    const exchange = exchangeWith(url, { mayLeave: () => true });
    for (let i = 0; i < 5; i++) await exchange.putChunk(upload);
    await exchange.close();
    const [row] = listConnections(catalog, { limit: 1 }).connections;
    expect(row).toMatchObject({ purpose: 'chunk-up', calls: 5, packageHash: upload.packageHash, outcome: 'allowed' });
    expect(row!.bytesOut).toBeGreaterThanOrEqual(5 * chunk.length);
  });
});

describe('nothing but the client', () => {
  it('opens a connection: the coordinator listens on this machine only unless told otherwise', async () => {
    const { url } = await coordinator();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });
});
