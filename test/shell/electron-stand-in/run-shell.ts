/** Runs the shell's built files against the stand-in, plays the page with the real preload and link, and prints what happened. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { Client } from '../../../src-renderer/link/connect.ts';
import type * as StandIn from './electron.ts';
import { standIn } from './hooks.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { app, ipcMain, record } = (await import(standIn)) as typeof StandIn;
await import(pathToFileURL(join(root, 'out', 'main', 'shell', 'main.js')).href);
while (record.windows.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

const window = theOnly(record.windows);
const session = theOnly(record.sessions);
const facts: Record<string, unknown> = {
  sandboxed: record.sandboxed,
  switches: record.switches,
  schemes: record.schemes,
  webPreferences: window.options.webPreferences,
  loaded: window.loaded,
  shown: window.shown,
  userData: record.paths.userData,
  menu: record.menu,
  page: await tryPage(),
  permissions: tryPermissions(),
  requests: tryRequests(),
  navigation: tryNavigation(),
  downloads: tryDownloads(),
  ports: tryPorts(),
  engine: await tryEngine(),
};
const quit = new Promise((resolve) => app.once('quit', resolve));
app.emit('window-all-closed');
if (process.platform === 'darwin') app.quit();
await quit;
facts.quits = record.quits;
process.stdout.write(`${JSON.stringify(facts)}\n`, () => process.exit());

function theOnly<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one, found ${items.length}`);
  return item;
}

async function tryPage() {
  const handler = record.protocols.get('app');
  if (handler === undefined) throw new Error('no protocol');
  const ask = async (url: string, method = 'GET') => {
    const answer = await handler(new Request(url, { method }));
    return {
      status: answer.status,
      policy: answer.headers.get('content-security-policy'),
      type: answer.headers.get('content-type'),
      body: await answer.text(),
    };
  };
  return {
    first: await ask('app://chorale/'),
    second: await ask('app://chorale/import'),
    post: (await ask('app://chorale/', 'POST')).status,
    otherHost: (await ask('app://other/')).status,
    outside: await Promise.all(
      [
        'app://chorale/..%2f..%2fpackage.json',
        'app://chorale/%2e%2e%2f%2e%2e%2fpackage.json',
        'app://chorale/..%5c..%5cpackage.json',
        'app://chorale/assets/..%2f..%2fmain%2fshell%2fmain.js',
      ].map(async (url) => (await ask(url)).status),
    ),
  };
}

function tryPermissions() {
  const request = session.handlers.permissionRequest as (c: null, p: string, answer: (given: boolean) => void) => void;
  const check = session.handlers.permissionCheck as (c: null, p: string) => boolean;
  const device = session.handlers.devicePermission as () => boolean;
  return Object.fromEntries(
    ['clipboard-sanitized-write', 'clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'hid'].map(
      (permission) => {
        let given: boolean | undefined;
        request(null, permission, (answer) => {
          given = answer;
        });
        return [permission, [given, check(null, permission), device()]];
      },
    ),
  );
}

function tryRequests() {
  const before = session.handlers.beforeRequest as (
    details: { readonly url: string },
    answer: (decision: { readonly cancel: boolean }) => void,
  ) => void;
  const cancelled = (url: string) => {
    let decision: boolean | undefined;
    before({ url }, ({ cancel }) => {
      decision = cancel;
    });
    return decision;
  };
  return Object.fromEntries(
    [
      'app://chorale/assets/a.js',
      'blob:app://chorale/1',
      'data:image/png;base64,AA==',
      'devtools://devtools/bundled/a.js',
      'app://other/a.js',
      'https://example.org/a.js',
      'http://127.0.0.1:80/',
      'ws://127.0.0.1:80/',
      'file:///etc/passwd',
      'blob:https://example.org/1',
      'nonsense',
    ].map((url) => [url, cancelled(url)]),
  );
}

function tryNavigation() {
  const contents = window.webContents;
  const prevented = (name: string, url: string, isMainFrame = true) => {
    let was = false;
    contents.emit(name, {
      url,
      isMainFrame,
      preventDefault: () => {
        was = true;
      },
    });
    return was;
  };
  return {
    away: prevented('will-navigate', 'https://example.org/'),
    file: prevented('will-navigate', 'file:///etc/passwd'),
    reload: prevented('will-navigate', 'app://chorale/import'),
    frame: prevented('will-frame-navigate', 'app://chorale/', false),
    redirect: prevented('will-redirect', 'app://chorale/'),
    webview: prevented('will-attach-webview', ''),
    open: contents.openHandler?.({ url: 'https://example.org/' }).action,
  };
}

function tryDownloads() {
  const prevented = (url: string) => {
    let was = false;
    session.emit(
      'will-download',
      {
        preventDefault: () => {
          was = true;
        },
      },
      { getURL: () => url },
    );
    return was;
  };
  return { own: prevented('blob:app://chorale/1'), other: prevented('https://example.org/a.exe') };
}

/** Frames that are not the page ask for a port. */
function tryPorts() {
  const given: string[] = [];
  const ask = (name: string, senderFrame: unknown) =>
    ipcMain.emit('chorale:port', { sender: { postMessage: () => void given.push(name) }, senderFrame });
  ask('frame', { url: 'app://chorale/', parent: {} });
  ask('foreign', { url: 'https://example.org/', parent: null });
  ask('host', { url: 'app://chorale.evil/', parent: null });
  ask('gone', null);
  return given;
}

/** The page: the built preload in a context of its own, and the renderer's link on top of it. */
async function tryEngine() {
  const { connect } = await import('../../../src-renderer/link/connect.ts');
  const client = (await connect(createPage() as never)).client;
  const status = await client.workspace.status();
  const passphrase = 'correct horse battery';
  const created = await client.workspace.create({ passphrase, remember: status.canRemember });
  await client.workspace.lock();
  const reopened = status.canRemember
    ? await client.workspace.unlockRemembered()
    : await client.workspace.unlock({ passphrase });
  await client.people.begin({ name: 'Ada Berg', passphrase });
  tryRequests();
  const denied = await untilDenied(client, 'unknown');
  const error = await client.jobs.cancel({ id: 'none' }).catch(({ code, data }) => ({ code, data }));
  return { status, created: created.state, reopened: reopened.state, error, denied, forked: record.forked };
}

/** Every host that the workspace's list says the page was kept from, once `last` is among them. */
async function untilDenied(client: Client, last: string): Promise<readonly string[]> {
  for (;;) {
    const { connections } = await client.audit.connections({ outcome: 'denied' });
    const hosts = connections.map(({ host }) => host);
    if (hosts.includes(last)) return hosts;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function createPage() {
  const listeners = new Set<(event: unknown) => void>();
  const location = { origin: 'app://chorale', protocol: 'app:', host: 'chorale' };
  const page = {
    location,
    addEventListener: (_name: string, listener: (event: unknown) => void) => listeners.add(listener),
    removeEventListener: (_name: string, listener: (event: unknown) => void) => listeners.delete(listener),
    postMessage(data: unknown, targetOrigin: string, ports: readonly unknown[] = []) {
      if (targetOrigin !== location.origin) throw new Error(`message for ${targetOrigin}`);
      queueMicrotask(() => {
        for (const listener of listeners) listener({ data, source: page, ports });
      });
    },
  };
  const ipcRenderer = {
    send: (channel: string) =>
      ipcMain.emit(channel, { sender: window.webContents, senderFrame: { url: 'app://chorale/', parent: null } }),
    on: (channel: string, listener: (event: { readonly ports: unknown }) => void) =>
      window.webContents.on('stand-in-message', (sent, _message, ports) => sent === channel && listener({ ports })),
  };
  const preload = String((window.options.webPreferences as { readonly preload: string }).preload);
  vm.runInNewContext(readFileSync(preload, 'utf8'), {
    window: page,
    require: (name: string) => {
      if (name !== 'electron') throw new Error(`a sandboxed preload cannot load ${name}`);
      return { ipcRenderer };
    },
  });
  return page;
}
