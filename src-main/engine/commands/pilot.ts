/** `chorale pilot`: a coordinator and several partners on one machine, from their exports to a federated model. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { ringWidths } from '../../federation/ring.ts';
import { fewestPartners } from '../../federation/roster.ts';
import { defaultTaskRules } from '../../tasks/rules.ts';
import { parseWeighting, usualRareRows } from '../pilot/consortium.ts';
import { findExports } from '../pilot/federation-data.ts';
import { runPilot } from '../pilot/pilot.ts';
import type { ModelReport, PilotReport } from '../pilot/report.ts';
import { defineCommand, exitCodes } from './command.ts';
import { declareHeads, headOptions, headsAsked } from './training-options.ts';

const list = (text: string) => text.split(',').map((part) => part.trim());
const widths = (text: string) => list(text).map(Number);

export const pilot = defineCommand({
  name: 'pilot',
  summary: 'Run a whole consortium on this machine: coordinator, partners, real rounds',
  declare(command) {
    command
      .requiredOption('--data <folder>', 'folder with partners/ and truth.json')
      .requiredOption('--partners <ids>', 'at least three of them, as P06,P09,P10', list)
      .option('--rounds <number>', 'federated rounds', Number)
      .option('--hidden <widths>', 'widths of the trunk layers, as 256 or 400,200', widths)
      .option('--local-steps <number>', 'steps of each partner between two sums', Number)
      .option('--weights <rule>', 'what a partner counts: compounds, square-root, equal, or numbers as P01=5,P02=3')
      .option(
        '--private-weights <compounds>',
        'weights stay secret: each counts by its compounds over this number',
        Number,
      )
      .option('--alone-steps <number>', 'most steps of the training alone', Number)
      .option(
        '--ring <bits>',
        'width of the ring that changes are summed in: 8, 12, 16 or 32 (default: 8, or 12 for more than 18 partners)',
        Number,
      )
      .option(
        '--rare-rows <partners>',
        'fewest partners that touch a row of the first layer which is learnt, or off (default: 3; fewer are frozen)',
      )
      .option('--quorum <number>', 'actives and inactives that a task needs to be trained', Number)
      .option('--seed <number>', 'of folds, order and dropout', Number)
      .option('--out <file>', 'where the report goes (default: pilot.json beside the workspaces it makes)');
    declareHeads(command).addHelpText(
      'after',
      `
Each partner gets a new workspace in a folder of its own below --workspace, with a random passphrase that is kept
nowhere. A standing approval of a "Pilot officer" lets the packages go while all checks pass.
Everything is chosen on the validation fold; the test fold is only reported.`,
    );
  },
  options: headOptions.extend({
    data: z.string(),
    partners: z.array(z.string().min(1)).min(3),
    rounds: z.number().int().min(1).max(10_000).default(40),
    hidden: z.array(z.number().int().min(4).max(4096)).min(1).max(4).default([256]),
    localSteps: z.number().int().min(1).max(1000).default(10),
    weights: z.string().default('compounds'),
    privateWeights: z.number().positive().optional(),
    aloneSteps: z.number().int().min(1).max(100_000).default(4000),
    ring: z.union(ringWidths.map((bits) => z.literal(bits))).optional(),
    rareRows: z.union([z.literal('off'), z.coerce.number().int().min(fewestPartners)]).default(fewestPartners),
    quorum: z.number().int().min(1).max(1000).default(10),
    seed: z.number().int().min(0).default(1),
    out: z.string().optional(),
  }),
  workspace: 'none',
  async run({ folder, options, control, print }) {
    const { rounds, hidden, localSteps, weights, privateWeights, aloneSteps, ring, rareRows, quorum, seed } = options;
    const exports = findExports(resolve(options.data), options.partners);
    const enough = { actives: quorum, inactives: quorum };
    const place = join(folder, `pilot-${new Date().toISOString().replace(/[:.]/g, '-')}`);
    const report = await runPilot(
      {
        folder: place,
        name: 'Pilot',
        exports,
        recipe: {
          ...{ rounds, hidden, localSteps, dropout: 0.7, serverRate: 7e-3, uploadSeconds: 600, ringBits: ring },
          privateReference: privateWeights,
          rareRows: rareRows === 'off' ? undefined : { ...usualRareRows, partners: rareRows },
          ...headsAsked(options),
        },
        rules: { ...defaultTaskRules, fixedThresholdQuorum: enough, trainingQuorum: enough },
        weighting: privateWeights === undefined ? parseWeighting(weights) : 'equal',
        aloneSteps,
        seed,
      },
      control,
    );
    const file = resolve(options.out ?? join(place, 'pilot.json'));
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    print(report, `${describe(report)}\n\nWritten to ${file}`);
    const right = report.sums.mismatches === 0 && report.partners.every(({ imported }) => imported.agrees !== false);
    return right ? exitCodes.success : exitCodes.rejected;
  },
});

function describe({ partners, sums, rounds, seconds, vectorBytes }: PilotReport): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const learnsValues = partners.some(({ valueGains }) => valueGains.length > 0);
  const head = [
    '',
    'imported',
    'truth',
    'tasks',
    'on test',
    'alone PR / ROC',
    'federated PR / ROC',
    'gain PR',
    ...(learnsValues ? ['gain R2'] : []),
    'MB up / down',
  ];
  const rows = partners.map(
    ({ id, name, imported, tasks, alone, federated, gains, valueGains, bytesUp, bytesDown }) => [
      `${id} ${name}`,
      `${imported.measurements} of ${imported.compounds}`,
      imported.agrees === null ? 'none' : imported.agrees ? 'agrees' : 'DIFFERS',
      String(tasks.trainingTasks),
      String(federated.test.tasks),
      figures(alone),
      figures(federated),
      gainOf(gains),
      ...(learnsValues ? [gainOf(valueGains)] : []),
      `${megabytes(bytesUp)} / ${megabytes(bytesDown)}`,
    ],
  );
  return [
    table([head, ...rows]),
    '',
    `${rounds} rounds of ${megabytes(vectorBytes)} MB, ${(seconds.rounds / rounds).toFixed(2)} s each; ${seconds.total.toFixed(0)} s in all ` +
      `(import and chemistry ${seconds.prepare.toFixed(0)}, alone ${seconds.trainAlone.toFixed(0)}, rounds ${seconds.rounds.toFixed(0)})`,
    `${sums.rounds} sums checked, ${sums.numbers} integers, ${sums.mismatches} differ from the plain sum`,
  ].join('\n');
}

const figure = (value: number | null) => (value === null ? '–' : value.toFixed(3));
const figures = ({ test }: ModelReport) => `${figure(test.aucPr)} / ${figure(test.aucRoc)}`;

function gainOf(gains: PilotReport['partners'][number]['gains']): string {
  const all = gains.find(({ group }) => group === 'all');
  if (all === undefined) return '–';
  const { difference, interval } = all;
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
  return interval === null
    ? signed(difference)
    : `${signed(difference)} [${signed(interval.low)}, ${signed(interval.high)}]`;
}

function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
