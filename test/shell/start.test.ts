import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium, hasScreen, howToOpen, type Machine } from '../../src-main/shell/find-browser.ts';
import { fetchElectron, findElectron } from '../../src-main/shell/find-electron.ts';
import { opensDebugger, readStartArguments } from '../../src-main/shell/start-arguments.ts';

const address = 'http://127.0.0.1:1/?token=t';
const machine = (over: Partial<Machine>): Machine => ({
  platform: 'linux',
  environment: {},
  exists: () => false,
  ...over,
});

describe("Electron's binary", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-electron-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is found where the package has put it, and not where it has not', () => {
    const places = { packageFolder: folder, override: undefined, platform: 'linux' as const };
    expect(findElectron(places)).toBeUndefined();
    writeFileSync(join(folder, 'path.txt'), 'electron');
    expect(findElectron(places)).toBeUndefined();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'electron'), '');
    expect(findElectron(places)).toBe(join(folder, 'dist', 'electron'));
    expect(findElectron({ ...places, packageFolder: undefined })).toBeUndefined();
  });

  it('is taken from elsewhere when told so', () => {
    writeFileSync(join(folder, 'electron'), '');
    const places = { packageFolder: undefined, override: folder, platform: 'linux' as const };
    expect(findElectron(places)).toBe(join(folder, 'electron'));
    expect(findElectron({ ...places, platform: 'win32' })).toBeUndefined();
  });

  it('is given up when its installer fails or takes too long', async () => {
    writeFileSync(join(folder, 'install.js'), 'process.exit(1)');
    await fetchElectron(folder, 60_000);
    writeFileSync(join(folder, 'install.js'), 'setInterval(() => {}, 1000)');
    await fetchElectron(folder, 50);
  });
});

describe('the page without Electron', () => {
  it('opens as an application window of an installed Chromium', () => {
    const chromium = join('/usr/bin', 'chromium');
    const linux = machine({ environment: { PATH: '/usr/bin:/bin' }, exists: (path) => path === chromium });
    expect(howToOpen(linux, address)).toEqual({ command: chromium, args: [`--app=${address}`] });
    const edge = join('C:\\Programs', 'Microsoft', 'Edge', 'Application', 'msedge.exe');
    const windows = machine({
      platform: 'win32',
      environment: { 'PROGRAMFILES(X86)': 'C:\\Programs' },
      exists: (path) => path === edge,
    });
    expect(findChromium(windows)).toBe(edge);
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(findChromium(machine({ platform: 'darwin', exists: (path) => path === chrome }))).toBe(chrome);
  });

  it('opens in the default browser where there is no Chromium', () => {
    expect(howToOpen(machine({}), address)).toEqual({ command: 'xdg-open', args: [address] });
    expect(howToOpen(machine({ platform: 'darwin' }), address).command).toBe('open');
    expect(howToOpen(machine({ platform: 'win32' }), address).command).toBe('rundll32');
  });

  it('is only served where there is no screen', () => {
    expect(hasScreen(machine({}))).toBe(false);
    expect(hasScreen(machine({ environment: { DISPLAY: ':0' } }))).toBe(true);
    expect(hasScreen(machine({ environment: { WAYLAND_DISPLAY: 'wayland-0' } }))).toBe(true);
    expect(hasScreen(machine({ environment: { DISPLAY: ':0', CI: 'true' } }))).toBe(false);
    expect(hasScreen(machine({ platform: 'win32' }))).toBe(true);
  });
});

describe("the application's arguments", () => {
  it('name a workspace and nothing else', () => {
    expect(readStartArguments(['electron', '.', '--workspace', 'data'], '/home/a')).toEqual({
      workspace: '/home/a/data',
    });
    expect(readStartArguments(['--workspace=/srv/w'], '/home/a')).toEqual({ workspace: '/srv/w' });
    expect(readStartArguments(['electron', '.', '--no-sandbox', 'file.csv'], '/')).toEqual({ workspace: undefined });
    expect(readStartArguments(['--workspace', '--other'], '/')).toEqual({ workspace: undefined });
  });

  it('that open a debugger are recognised', () => {
    expect(opensDebugger(['--inspect'])).toBe(true);
    expect(opensDebugger(['--inspect-brk=0'])).toBe(true);
    expect(opensDebugger(['--remote-debugging-port=9222'])).toBe(true);
    expect(opensDebugger(['--inspection', '--workspace', 'a'])).toBe(false);
  });
});
