/**
 * Import without chemistry: rows of delimited text into the catalog, beside what reading and storing alone would take
 * (csv-parse, plain inserts of the untouched cells into a table of the same encrypted SQLite, no index).
 */
import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse';
import { openWorkspaceWithKey } from '../../src-main/catalog/workspace.ts';
import type { Inspection } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { importFile } from '../../src-main/intake/import.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { asInspected, stateOfInspection } from '../../src-main/intake/inspected.ts';
import { writeImportFile } from './import-file.ts';
import type { Bench, Candidate } from './run.ts';

const key = new Uint8Array(32).fill(5);

/** @param measurementsOfCompound 1 makes every row a compound of its own, the hardest case */
export const importRows = (rows: number, measurementsOfCompound: number): Bench => ({
  name: `import ${rows} rows, ${measurementsOfCompound} of each compound`,
  unit: 'thousand rows',
  turns: 3,
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'chorale-bench-'));
    const path = join(folder, 'results.csv');
    writeImportFile(path, rows, measurementsOfCompound);
    const inspection = await inspectFile(path, {}, unattended);
    const within = async (work: (folder: string) => Promise<number>) => {
      const own = mkdtempSync(join(folder, 'turn-'));
      try {
        return { units: rows / 1000, milliseconds: await work(own) };
      } finally {
        rmSync(own, { recursive: true });
      }
    };
    const baseline: Candidate = {
      name: 'csv-parse and plain inserts',
      run: () => within((own) => timed(() => plainInserts(path, join(own, 'plain.sqlite')))),
      close: async () => rmSync(folder, { recursive: true }),
    };
    const cold = (kind: 'import' | 'preview') =>
      noting(`${kind}, cold`, rows, (note) =>
        within(async (own) => {
          const { milliseconds, peak } = await inProcess(kind, path, own);
          note(peak);
          return milliseconds;
        }),
      );
    return [
      baseline,
      noting('import, warm', rows, () => within((own) => warmImport(path, inspection, own))),
      cold('import'),
      cold('preview'),
    ];
  },
});

type Turn = { readonly units: number; readonly milliseconds: number };

/** Tells the best speed and, where it is noted, the highest memory of its turns. */
function noting(name: string, rows: number, run: (note: (bytes: number) => void) => Promise<Turn>): Candidate {
  let best = 0;
  let peak = 0;
  return {
    name,
    async run() {
      const turn = await run((bytes) => {
        peak = Math.max(peak, bytes);
      });
      best = Math.max(best, (rows * 1000) / turn.milliseconds);
      return turn;
    },
    summary() {
      const memory = peak === 0 ? '' : `, at most ${Math.round(peak / 1e6)} MB resident`;
      return `${name}: at best ${Math.round(best)} rows per second${memory}`;
    },
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** From the moment when the steward, who has looked at the file, says so. */
async function warmImport(path: string, inspection: Inspection, folder: string): Promise<number> {
  const { mapping } = inspection;
  const workspace = openWorkspaceWithKey(folder, key);
  const inspected = asInspected(inspection, await stateOfInspection([path, null], workspace.catalog, undefined));
  return timed(async () => {
    const order = { path, mapping, inspected, person: 'Mara Lindner' };
    const { outcome } = await importFile(workspace, order, unattended);
    workspace.close();
    if (outcome !== 'imported') throw new Error(`the import ended as ${outcome}`);
  });
}

/** With the whole engine in a process of its own, started with the flag of `chorale.js`; what starts it is not measured. */
async function inProcess(
  kind: 'preview' | 'import',
  path: string,
  folder: string,
): Promise<{ readonly milliseconds: number; readonly peak: number }> {
  const program = fileURLToPath(new URL('./import-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-semi-space-size=8',
    program,
    kind,
    path,
    folder,
  ]);
  return JSON.parse(stdout) as { readonly milliseconds: number; readonly peak: number };
}

async function plainInserts(path: string, file: string): Promise<void> {
  const db = new Database(file);
  db.pragma(`cipher = 'sqlcipher'`);
  db.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
  db.pragma('journal_mode = WAL');
  db.exec(
    'create table cells (id integer primary key, a text, b text, c text, d text, e text, f text, g text, h text)',
  );
  const insert = db.prepare('insert into cells (a, b, c, d, e, f, g, h) values (?, ?, ?, ?, ?, ?, ?, ?)');
  const insertAll = db.transaction((some: readonly string[][]) => {
    for (const cells of some) insert.run(cells);
  });
  let some: string[][] = [];
  for await (const cells of createReadStream(path).pipe(parse({ from_line: 2 })) as AsyncIterable<string[]>) {
    some.push(cells);
    if (some.length < 5000) continue;
    insertAll(some);
    some = [];
  }
  insertAll(some);
  db.close();
}
