/** What `npm start` runs: the Electron window where its binary is or can be had, else the page in a browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { resources } from '../catalog/open.ts';
import { sentenceOf } from '../engine/commands/error-sentences.ts';
import { logToStderr, userConfigurationFolder, userDataFolder } from '../engine/host.ts';
import { toKnownError } from '../engine/known-error.ts';
import { passphraseAtHand } from '../engine/passphrase.ts';
import { serveWorkspace } from '../engine/serve.ts';
import { hasScreen, howToOpen, thisMachine } from './find-browser.ts';
import { type ElectronPlaces, electronPlaces, fetchElectron, findElectron } from './find-electron.ts';

/** Electron's archive has about 120 MB; where nothing answers, waiting longer brings nothing. */
const fetchingTakesAtMost = 120_000;

const { values } = parseArgs({
  options: { workspace: { type: 'string' }, port: { type: 'string', default: '0' } },
});
const folder = resolve(values.workspace ?? join(userDataFolder(), 'workspace'));
const screen = hasScreen(thisMachine);

try {
  const electron = await obtainElectron(electronPlaces());
  if (electron === undefined) await serveInstead();
  else process.exitCode = await runElectron(electron);
} catch (error) {
  process.stderr.write(`chorale: ${sentenceOf(toKnownError(error, logToStderr))}\n`);
  process.exitCode = 1;
}

async function obtainElectron(places: ElectronPlaces): Promise<string | undefined> {
  if (places.override !== undefined) return findElectron(places);
  if (!screen) return undefined;
  const found = findElectron(places);
  if (found !== undefined || places.packageFolder === undefined) return found;
  const terminal = process.stderr.isTTY;
  if (terminal) process.stderr.write("fetching Electron's binary, for two minutes at most ...");
  await fetchElectron(places.packageFolder, fetchingTakesAtMost);
  if (terminal) process.stderr.write('\r\u001b[K');
  return findElectron(places);
}

async function runElectron(binary: string): Promise<number> {
  const child = spawn(binary, [join(resources, '..'), '--workspace', folder], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

async function serveInstead(): Promise<void> {
  const configurationFolder = userConfigurationFolder();
  const server = await serveWorkspace({
    folder,
    host: { kind: 'serve', configurationFolder, log: logToStderr },
    port: Number(values.port),
    passphrase: passphraseAtHand(folder, { file: undefined, environment: process.env, configurationFolder }),
  });
  process.stdout.write(
    screen
      ? `Electron's binary is missing and could not be fetched; Chorale opens in a browser instead, at ${server.address}\n`
      : `There is no screen here; Chorale is at ${server.address}\n`,
  );
  if (screen) openInBrowser(server.address);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
}

/** The address has been printed: a machine on which nothing opens it still has that. */
function openInBrowser(address: string): void {
  const { command, args } = howToOpen(thisMachine, address);
  const browser = spawn(command, args, { stdio: 'ignore', detached: true });
  browser.on('error', () => {});
  browser.unref();
}
