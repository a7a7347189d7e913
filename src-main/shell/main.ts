/** Electron's main process: one window on the page, one engine in a process of its own, and the guards around both. */
import { join } from 'node:path';
import { app, BrowserWindow, protocol } from 'electron';
import { logToStderr, userConfigurationFolder, userDataFolder } from '../engine/host.ts';
import { pageFolder } from '../engine/page-files.ts';
import { openPreferences } from '../engine/preferences.ts';
import { linkEngine } from './engine-link.ts';
import { setGuards } from './guards.ts';
import { openKeyKeeper } from './key-keeper.ts';
import { setMenu } from './menu.ts';
import { answerPageRequest, registerScheme, scheme } from './page-protocol.ts';
import { opensDebugger, readStartArguments } from './start-arguments.ts';
import { givePorts, openWindow } from './window.ts';

const development = !app.isPackaged;
const configurationFolder = userConfigurationFolder();

app.setPath('userData', join(configurationFolder, 'window'));
app.enableSandbox();
// SECURITY: Chromium's own services are told to stay silent; the page has no use for any of them.
for (const name of [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
]) {
  app.commandLine.appendSwitch(name);
}
registerScheme(protocol);
setGuards(app, {
  openDeveloperTools: development,
  onDenied: (host) => process.stderr.write(`chorale: the page was kept from ${host}\n`),
});

if ((!development && opensDebugger(process.argv)) || !app.requestSingleInstanceLock()) {
  app.quit();
} else {
  void app.whenReady().then(start);
}

function start(): void {
  const { workspace } = readStartArguments(process.argv, process.cwd());
  const engine = linkEngine({
    folder: workspace ?? join(userDataFolder(), 'workspace'),
    configurationFolder,
    keyKeeper: openKeyKeeper(),
    log: logToStderr,
  });
  const open = () => openWindow({ developerTools: development });

  protocol.handle(scheme, (request) => answerPageRequest(pageFolder, request));
  givePorts(engine.attach);
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
    void engine.close().finally(() => {
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
