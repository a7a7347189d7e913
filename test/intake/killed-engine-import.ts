/**
 * An engine of its own that imports a file and kills itself once so many rows are read:
 * `node killed-engine-import.ts <workspace> <configuration folder> <file> <rows>` prints the id of the job.
 */
import { writeSync } from 'node:fs';
import { createEngine } from '../../src-main/engine/engine.ts';
import { logToStderr } from '../../src-main/engine/host.ts';

const [folder = '', configurationFolder = '', path = '', rows = '0'] = process.argv.slice(2);
const { context } = await createEngine({
  folder,
  host: {
    kind: 'serve',
    configurationFolder,
    log: logToStderr,
    keyKeeper: { wrap: async (key) => key, unwrap: async (wrapped) => wrapped },
  },
});
await context.access.unlockRemembered();
const changes = context.events.follow('job', undefined);
const { id } = await context.jobs().start('import', { path, name: 'results.csv', person: 'Mara Lindner' });
writeSync(1, id);
for await (const job of changes) {
  if (job.id === id && job.step === 'import.rows' && job.done >= Number(rows)) process.kill(process.pid, 'SIGKILL');
}
