/** Where the page is shown without Electron: an installed Chromium as an application window, else the default browser. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  readonly exists: (path: string) => boolean;
};

export const thisMachine: Machine = { platform: process.platform, environment: process.env, exists: existsSync };

export type Opening = { readonly command: string; readonly args: readonly string[] };

/** Nobody would see a window: a Linux server, or CI. */
export function hasScreen({ platform, environment }: Machine): boolean {
  if (environment.CI !== undefined && environment.CI !== '' && environment.CI !== 'false') return false;
  return platform !== 'linux' || Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);
}

/** What opens the address on this machine. */
export function howToOpen(machine: Machine, address: string): Opening {
  const chromium = findChromium(machine);
  if (chromium !== undefined) return { command: chromium, args: [`--app=${address}`] };
  switch (machine.platform) {
    case 'darwin':
      return { command: 'open', args: [address] };
    case 'win32':
      // The address holds `&` in no place; rundll32 takes it as it is, unlike `start`.
      return { command: 'rundll32', args: ['url.dll,FileProtocolHandler', address] };
    default:
      return { command: 'xdg-open', args: [address] };
  }
}

export function findChromium({ platform, environment, exists }: Machine): string | undefined {
  const candidates =
    platform === 'darwin'
      ? onMac(environment)
      : platform === 'win32'
        ? onWindows(environment)
        : onPath(environment, linuxNames);
  return candidates.find(exists);
}

const linuxNames = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
];

const onPath = ({ PATH = '' }: NodeJS.ProcessEnv, names: readonly string[]): readonly string[] =>
  names.flatMap((name) =>
    [...PATH.split(delimiter), '/usr/bin', '/snap/bin'].filter(Boolean).map((at) => join(at, name)),
  );

const onMac = ({ HOME = '' }: NodeJS.ProcessEnv): readonly string[] =>
  ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'].flatMap((name) =>
    ['/Applications', join(HOME, 'Applications')].map((at) => join(at, `${name}.app`, 'Contents', 'MacOS', name)),
  );

const onWindows = (environment: NodeJS.ProcessEnv): readonly string[] =>
  [
    ['Google', 'Chrome', 'Application', 'chrome.exe'],
    ['Chromium', 'Application', 'chrome.exe'],
    ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
    ['BraveSoftware', 'Brave-Browser', 'Application', 'brave.exe'],
  ].flatMap((path) =>
    [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA]
      .filter((at) => at !== undefined)
      .map((at) => join(at, ...path)),
  );
