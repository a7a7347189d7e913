/**
 * Imports a file and kills itself once a step has come so far:
 * `node killed-import.ts <workspace> <file> <step> <done> [<draft>]`.
 */
import { openWorkspaceWithKey } from '../../src-main/catalog/workspace.ts';
import { importFile } from '../../src-main/intake/import.ts';

const [folder = '', path = '', at = 'import.rows', from = '0'] = process.argv.slice(2);
const workspace = openWorkspaceWithKey(folder, new Uint8Array(32).fill(7));
await importFile(
  workspace,
  { path, person: 'Mara Lindner' },
  {
    signal: new AbortController().signal,
    report: ({ step, done }) => {
      if (step === at && done >= Number(from)) process.kill(process.pid, 'SIGKILL');
    },
  },
);
