/** Runs one job of the test kinds in the built engine, and prints how it ended. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as EngineModule from '../../src-main/engine/engine.ts';

const [folder = ''] = process.argv.slice(2);
const built = pathToFileURL(join(import.meta.dirname, '..', '..', 'out', 'main', 'engine', 'engine.js')).href;
const { createEngine } = (await import(built)) as typeof EngineModule;
const engine = await createEngine({
  folder: join(folder, 'workspace'),
  host: { kind: 'serve', configurationFolder: folder, log: ({ error }) => void process.stderr.write(error) },
  kinds: new URL('./test-kinds.ts', import.meta.url).href,
});
await engine.context.access.create('correct horse battery', false);
const { id } = await engine.context.jobs().start('sample', { to: 3 });
process.stdout.write(JSON.stringify(await engine.context.jobs().finished(id)));
await engine.close();
