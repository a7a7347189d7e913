/** A process with an engine of its own that starts two jobs, says so once both are under way, and waits to be killed. */
import { createEngine } from '../../src-main/engine/engine.ts';
import { logToStderr } from '../../src-main/engine/host.ts';

const [folder = '', configurationFolder = ''] = process.argv.slice(2);
const { context } = await createEngine({
  folder,
  host: {
    kind: 'serve',
    configurationFolder,
    log: logToStderr,
    keyKeeper: { wrap: async (key) => key, unwrap: async (wrapped) => wrapped },
  },
  kinds: new URL('./test-kinds.ts', import.meta.url).href,
});
await context.access.unlockRemembered();
const changes = context.events.follow('job', undefined);
const { id: counting } = await context.jobs().start('sample', { to: 400, pause: 5 });
const { id: spinning } = await context.jobs().start('import', { reports: true });

const underWay = new Set<string>();
for await (const { id, done, step } of changes) {
  if (id === counting && done > 30) underWay.add(id);
  if (id === spinning && step !== null) underWay.add(id);
  if (underWay.size === 2) break;
}
process.stdout.write(`${JSON.stringify({ counting, spinning })}\n`);
