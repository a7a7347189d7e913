/**
 * The highest resident memory of imports and previews, each in a process of its own, against the bar of 400 MB: a million
 * rows of text and of Parquet in one row group, and 300,000 rows that are a compound each.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeImportFile, writeParquetFile } from './import-file.ts';
import { peakResident } from './peak-memory.ts';
import type { Bench, Candidate } from './run.ts';

/** Bytes. */
const bar = 400e6;
const rows = 1_000_000;
const ownCompounds = 300_000;

export const importMemory: Bench = {
  name: 'memory of imports and previews',
  unit: 'thousand rows',
  turns: 1,
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'chorale-bench-'));
    const [text, parquet, own] = ['results.csv', 'results.parquet', 'own.csv'].map((name) => join(folder, name));
    writeImportFile(text!, rows);
    writeParquetFile(parquet!, rows);
    writeImportFile(own!, ownCompounds, 1);
    const measured = (name: string, count: number, peakIn: (own: string) => Promise<number>): Candidate => {
      let highest = 0;
      return {
        name,
        async run() {
          const place = mkdtempSync(join(folder, 'turn-'));
          try {
            highest = Math.max(highest, await peakIn(place));
          } finally {
            rmSync(place, { recursive: true });
          }
          return count / 1000;
        },
        summary: () =>
          `${Math.round(highest / 1e6)} MB resident, ${highest < bar ? 'below' : 'ABOVE'} the bar of 400 MB`,
      };
    };
    return [
      {
        ...measured('import at the command line', rows, (place) => peakOfCommand(text!, place)),
        close: async () => rmSync(folder, { recursive: true }),
      },
      measured('import beside the engine', rows, (place) => peakOfJob('import', text!, place)),
      measured('preview beside the engine', rows, (place) => peakOfJob('preview', text!, place)),
      measured('import of Parquet', rows, (place) => peakOfJob('import', parquet!, place)),
      measured('preview of Parquet', rows, (place) => peakOfJob('preview', parquet!, place)),
      measured('import, a compound each row', ownCompounds, (place) => peakOfJob('import', own!, place)),
      measured('preview, a compound each row', ownCompounds, (place) => peakOfJob('preview', own!, place)),
    ];
  },
};

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** As `chorale.js` starts them. */
const flag = '--max-semi-space-size=8';

async function peakOfJob(kind: 'import' | 'preview', path: string, folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    flag,
    program('./import-process.ts'),
    kind,
    path,
    folder,
  ]);
  return (JSON.parse(stdout) as { readonly peak: number }).peak;
}

/** Linux alone tells of another process; the kernel keeps the highest value. */
async function peakOfCommand(path: string, folder: string): Promise<number> {
  const command = program('../../src-main/engine/cli.ts');
  const options = ['--workspace', join(folder, 'workspace'), '--no-standardise'];
  const child = spawn(process.execPath, [flag, command, 'import', path, ...options], {
    stdio: 'ignore',
    env: { ...process.env, CHORALE_PASSPHRASE: 'correct horse battery', XDG_CONFIG_HOME: folder },
  });
  let highest = 0;
  const looking = setInterval(() => {
    try {
      highest = Math.max(highest, peakResident(child.pid));
    } catch {
      // It has ended.
    }
  }, 100);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(looking);
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return highest;
}
