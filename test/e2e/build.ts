/** The built page that the tests drive: what `npm run build` left, built anew when a source is younger. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const built = join(root, 'out', 'renderer', 'index.html');

/** Two test files that begin together must not build together: one would take the page away under the other. */
const lock = join(root, 'out', 'building.lock');
const patience = 120_000;

export function ensureBuilt(): void {
  if (isFresh()) return;
  mkdirSync(join(root, 'out'), { recursive: true });
  const until = Date.now() + patience;
  while (!takeLock()) {
    // A lock that outlived its test is nobody's.
    if (Date.now() > until) rmSync(lock, { recursive: true, force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    if (isFresh()) return;
    const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    execFileSync(process.execPath, [tool, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'pipe' });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const isFresh = (): boolean => existsSync(built) && statSync(built).mtimeMs >= youngestSource();

function takeLock(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

const youngestSource = (): number =>
  Math.max(
    ...globSync(['src-renderer/**/*.*', 'src-main/contract/*.ts', 'electron.vite.config.ts'], { cwd: root }).map(
      (file) => statSync(join(root, file)).mtimeMs,
    ),
  );
