/** The built page that the tests drive: what `npm run build` left, built anew when a source is younger. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const built = join(root, 'out', 'renderer', 'index.html');

export function ensureBuilt(): void {
  if (existsSync(built) && statSync(built).mtimeMs >= youngestSource()) return;
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  execFileSync(process.execPath, [tool, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'pipe' });
}

const youngestSource = (): number =>
  Math.max(
    ...globSync(['src-renderer/**/*.*', 'src-main/contract/*.ts', 'electron.vite.config.ts'], { cwd: root }).map(
      (file) => statSync(join(root, file)).mtimeMs,
    ),
  );
