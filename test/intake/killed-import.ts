/** Imports a file and kills itself once rows are staged: `node killed-import.ts <workspace> <file>`. */
import { openWorkspaceWithKey } from '../../src-main/catalog/workspace.ts';
import { importFile } from '../../src-main/intake/import.ts';

const [folder = '', path = ''] = process.argv.slice(2);
const workspace = openWorkspaceWithKey(folder, new Uint8Array(32).fill(7));
await importFile(
  workspace,
  { path, person: 'Mara Lindner' },
  {
    signal: new AbortController().signal,
    report: ({ step, done }) => {
      if (step === 'import.rows' && done > 8000) process.kill(process.pid, 'SIGKILL');
    },
  },
);
