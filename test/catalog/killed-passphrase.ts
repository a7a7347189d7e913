/** Changes a passphrase and dies before the given touch of the disk: the 1st, the 2nd and so on. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { changePassphrase } from '../../src-main/catalog/workspace.ts';

const [folder, current, next, step] = process.argv.slice(2) as [string, string, string, string];
let touches = 0;

const table = fs as unknown as Record<string, (...values: unknown[]) => unknown>;
for (const name of ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'renameSync', 'rmSync']) {
  const original = table[name]!;
  table[name] = (...values) => {
    touches += 1;
    if (touches === Number(step)) process.kill(process.pid, 'SIGKILL');
    return original(...values);
  };
}
syncBuiltinESMExports();
changePassphrase(folder, current, next, { operations: 1, memory: 8 * 1024 * 1024 });
