/** Runs the shell's built link to the engine with an engine that only asks for a training process, and prints what it says. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as EngineLink from '../../../src-main/shell/engine-link.ts';
import './hooks.ts';

const built = join(import.meta.dirname, '..', '..', '..', 'out', 'main', 'shell', 'engine-link.js');
const { linkEngine } = (await import(pathToFileURL(built).href)) as typeof EngineLink;
const said: string[] = [];
const link = linkEngine({
  folder: '',
  configurationFolder: '',
  keyKeeper: undefined,
  log: ({ logId }) => {
    said.push(logId);
    if (logId === 'ended') void finish();
  },
});

async function finish(): Promise<void> {
  await link.close();
  process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit());
}
