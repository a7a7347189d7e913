/** The shell's guards under plain Node: what Electron hands them is an argument here, and what they deny ends in the workspace's list. */
import { EventEmitter } from 'node:events';
import type { App, OnBeforeRequestListenerDetails, Session } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notePageDenied } from '../../src-main/engine/page-denied.ts';
import { setGuards } from '../../src-main/shell/guards.ts';
import { answerPageRequest, pageOrigin } from '../../src-main/shell/page-protocol.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { startTestEngine, type TestEngine, transports } from '../engine/engine-for-tests.ts';
import { signIn } from '../engine/sign-in.ts';

type Asked = (
  details: Pick<OnBeforeRequestListenerDetails, 'url'>,
  answer: (given: { cancel: boolean }) => void,
) => void;

/** As much of a session as the guards touch: it remembers who asked to see every request. */
class FakeSession extends EventEmitter {
  asked: Asked | undefined;
  readonly refused: string[] = [];
  readonly webRequest = {
    onBeforeRequest: (listener: Asked) => {
      this.asked = listener;
    },
  };
  setPermissionRequestHandler = () => {};
  setPermissionCheckHandler = () => {};
  setDevicePermissionHandler = () => {};
  setDisplayMediaRequestHandler = () => {};
  setSpellCheckerEnabled = () => {};

  /** Whether it goes out. */
  request(url: string): boolean {
    let allowed: boolean | undefined;
    this.asked!({ url }, ({ cancel }) => {
      allowed = !cancel;
    });
    return allowed ?? true;
  }
}

let test: TestEngine;
let client: Client;
let disconnect: () => Promise<void>;
let application: EventEmitter;

beforeEach(async () => {
  test = await startTestEngine({ prepared: true });
  ({ client, close: disconnect } = await transports[1]!.open(test.engine));
  application = new EventEmitter();
  setGuards(application as unknown as App, {
    openDeveloperTools: false,
    denied: (host) => notePageDenied(test.engine.context, host),
  });
});
afterEach(async () => {
  await disconnect();
  await test.close();
});

function newSession(): FakeSession {
  const session = new FakeSession();
  application.emit('session-created', session as unknown as Session);
  return session;
}

const deniedHere = async () => {
  const { connections } = await client.audit.connections({ outcome: 'denied' });
  return connections.map(({ host, purpose, reason, calls, bytesOut }) => [host, purpose, reason, calls, bytesOut]);
};

describe('what the window is kept from', () => {
  it('stands in the list of connections with its host, counted, and with no byte sent', async () => {
    await client.workspace.unlockRemembered();
    await signIn(client, { name: 'Ada Berg', role: 'administrator' });
    const session = newSession();
    expect(session.request(`${pageOrigin}/assets/index.js`)).toBe(true);
    expect(session.request('https://telemetry.example:8443/beacon?smiles=CCO')).toBe(false);
    expect(session.request('wss://telemetry.example:8443/live')).toBe(false);
    expect(session.request('file:///home/ada/.ssh/id_ed25519')).toBe(false);
    expect(session.request('devtools://devtools/bundled/inspector.html')).toBe(false);
    expect((await deniedHere()).toSorted()).toEqual([
      ['devtools', 'page', 'page', 1, 0],
      ['file:', 'page', 'page', 1, 0],
      ['telemetry.example:8443', 'page', 'page', 2, 0],
    ]);
    const shown = JSON.stringify(await client.audit.connections({ outcome: 'denied' }));
    expect(shown).not.toContain('smiles');
    expect(shown).not.toContain('id_ed25519');
    expect(await client.audit.egress()).toMatchObject({ deniedCalls: 4, otherCalls: 0, bytesOut: 0 });
  });

  it('is the same for every session that is made, and for what the Content-Security-Policy has stopped before', async () => {
    await client.workspace.unlockRemembered();
    await signIn(client, { name: 'Ada Berg', role: 'administrator' });
    expect(newSession().request('https://one.example/')).toBe(false);
    expect(newSession().request('https://two.example/')).toBe(false);
    const reported = await answerPageRequest(
      '/nowhere',
      new Request(`${pageOrigin}/violations`, {
        method: 'POST',
        body: JSON.stringify({ 'csp-report': { 'blocked-uri': 'https://three.example/font.woff2' } }),
      }),
      (host) => notePageDenied(test.engine.context, host),
    );
    expect(reported.status).toBe(204);
    expect((await deniedHere()).map(([host]) => host).toSorted()).toEqual([
      'one.example',
      'three.example',
      'two.example',
    ]);
  });

  it('is denied before a workspace is open too, where there is no list yet', async () => {
    expect(newSession().request('https://telemetry.example/')).toBe(false);
    await client.workspace.unlockRemembered();
    await signIn(client, { name: 'Ada Berg', role: 'administrator' });
    expect(await deniedHere()).toEqual([]);
  });
});
