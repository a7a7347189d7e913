/** Where Electron's binary is, and the one attempt to fetch it where it is not. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type ElectronPlaces = {
  /** Of the npm package `electron`; undefined where it is not installed. */
  readonly packageFolder: string | undefined;
  /** ELECTRON_OVERRIDE_DIST_PATH: a folder with a binary from elsewhere. */
  readonly override: string | undefined;
  readonly platform: NodeJS.Platform;
};

export const electronPlaces = (): ElectronPlaces => ({
  packageFolder: findPackage(),
  override: process.env.ELECTRON_OVERRIDE_DIST_PATH,
  platform: process.platform,
});

/** @returns the path of the binary, undefined where there is none */
export function findElectron({ packageFolder, override, platform }: ElectronPlaces): string | undefined {
  if (override !== undefined && override !== '') return ifThere(join(override, binaryName(platform)));
  if (packageFolder === undefined || !existsSync(join(packageFolder, 'path.txt'))) return undefined;
  return ifThere(join(packageFolder, 'dist', readFileSync(join(packageFolder, 'path.txt'), 'utf8')));
}

/** Runs the installer of the npm package, without its output. @returns once it has ended or the time is over */
export async function fetchElectron(packageFolder: string, milliseconds: number): Promise<void> {
  const installer = spawn(process.execPath, [join(packageFolder, 'install.js')], { stdio: 'ignore' });
  await new Promise<void>((resolve) => {
    const overdue = setTimeout(() => installer.kill('SIGKILL'), milliseconds);
    installer.once('error', () => resolve());
    installer.once('exit', () => {
      clearTimeout(overdue);
      resolve();
    });
  });
}

const ifThere = (path: string): string | undefined => (existsSync(path) ? path : undefined);

function binaryName(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'electron.exe';
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

function findPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}
