/** A whole way of the data, for a test that watches every socket: import, tasks, training, scoring, and a round of a pilot. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unattended } from '../../src-main/contract/progress.ts';
import { runJob } from '../../src-main/engine/commands/command.ts';
import { createEngine } from '../../src-main/engine/engine.ts';
import { findExports } from '../../src-main/engine/pilot/federation-data.ts';
import { runPilot } from '../../src-main/engine/pilot/pilot.ts';
import { writeSampleExports } from '../../src-main/engine/sample/data.ts';
import { keepFew, smallRules } from '../engine/small-consortium.ts';

const folder = process.argv[2]!;
const companies = await writeSampleExports(join(folder, 'exports'), 'watched');
for (const { file } of companies) keepFew(file, 60);
const [own] = companies;

const engine = await createEngine({
  folder: join(folder, 'workspace'),
  host: {
    kind: 'command-line',
    configurationFolder: join(folder, 'configuration'),
    log: (entry) => console.error(entry),
  },
});
await engine.context.access.create('correct horse battery', false);
const job = (kind: Parameters<typeof runJob>[1], request: unknown) => runJob(engine.context, kind, request, unattended);
await job('import', { path: own!.file, name: basename(own!.file), person: 'Mara Lindner' });
await job('standardise', {});
await job('tasks', { rules: smallRules });
await job('train', { settings: { hidden: [8], steps: 4, seed: 1 } });
const source = { kind: 'text', text: 'CCO\nc1ccccc1O\n' };
await job('score', { sheetId: randomUUID(), source, globalModelId: null, ownModelId: null });
await engine.close();

const partners = join(folder, 'data', 'partners');
mkdirSync(partners, { recursive: true });
const truth = companies.map(({ file, measurements, compounds, brokenStructures, assays }, index) => {
  const name = `S0${index + 1}_${basename(file)}`;
  renameSync(file, join(partners, name));
  const expected = { distinct_pairs: measurements, compounds: compounds + brokenStructures, assays };
  return [`S0${index + 1}`, { file: name, expected_import: expected }];
});
writeFileSync(join(folder, 'data', 'truth.json'), JSON.stringify({ partners: Object.fromEntries(truth) }));
const report = await runPilot(
  {
    folder: join(folder, 'pilot'),
    name: 'Watched',
    exports: findExports(join(folder, 'data'), ['S01', 'S02', 'S03']),
    recipe: {
      ...{ rounds: 1, hidden: [8], localSteps: 1, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 },
    },
    rules: smallRules,
    aloneSteps: 2,
    seed: 1,
  },
  unattended,
);
process.stdout.write(JSON.stringify({ rounds: report.sums.rounds, mismatches: report.sums.mismatches }));
process.exit();
