/** Electron's main process: one window on the page, one engine in a process of its own, and the guards around both. */
import { join } from 'node:path';
import { app, BrowserWindow, protocol } from 'electron';
import { logToStderr, userConfigurationFolder, userDataFolder } from '../engine/host.ts';
import { pageFolder } from '../engine/page-files.ts';
import { openPreferences } from '../engine/preferences.ts';
import { type EngineLink, linkEngine } from './engine-link.ts';
import { setGuards } from './guards.ts';
import { openKeyKeeper } from './key-keeper.ts';
import { setMenu } from './menu.ts';
import { answerPageRequest, registerScheme, scheme } from './page-protocol.ts';
import { opensDebugger, readStartArguments } from './start-arguments.ts';
import { givePorts, openWindow } from './window.ts';

const development = !app.isPackaged;
const configurationFolder = userConfigurationFolder();
let engine: EngineLink | undefined;

app.setPath('userData', join(configurationFolder, 'window'));
app.enableSandbox();
// SECURITY: Chromium's own services are told to stay silent; the page has no use for any of them.
for (const name of [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'dns-prefetch-disable',
  'no-pings',
]) {
  app.commandLine.appendSwitch(name);
}
// SECURITY: a peer connection asks servers of its own, which no Content-Security-Policy forbids.
app.commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
registerScheme(protocol);
const denied = (host: string) => {
  process.stderr.write(`chorale: the page was kept from ${host}\n`);
  engine?.noteDenied(host);
};
setGuards(app, { openDeveloperTools: development, denied });

if ((!development && opensDebugger(process.argv)) || !app.requestSingleInstanceLock()) {
  app.quit();
} else {
  void app.whenReady().then(start);
}

function start(): void {
  const { workspace } = readStartArguments(process.argv, process.cwd());
  const link = linkEngine({
    folder: workspace ?? join(userDataFolder(), 'workspace'),
    configurationFolder,
    keyKeeper: openKeyKeeper(),
    log: logToStderr,
  });
  engine = link;
  const open = () => openWindow({ developerTools: development });

  protocol.handle(scheme, (request) => answerPageRequest(pageFolder, request, denied));
  givePorts(link.attach);
  setMenu(language(), process.platform, development);
  open();

  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void link.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

function language(): 'en' | 'ja' {
  const { language } = openPreferences(configurationFolder).read();
  if (language !== 'system') return language;
  return app.getLocale().startsWith('ja') ? 'ja' : 'en';
}
