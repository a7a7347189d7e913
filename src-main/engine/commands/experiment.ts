/** `chorale experiment`: what a federation is worth to each partner, measured on a folder of exports. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { runExperiment } from '../experiment/experiment.ts';
import { type ExperimentReport, gainText, reportCsv, reportSvg } from '../experiment/report.ts';
import { writeWhole } from '../experiment/runs.ts';
import { experimentSettings, recipeFile } from '../experiment/settings.ts';
import { parseInput } from '../known-error.ts';
import { findExports } from '../pilot/federation-data.ts';
import { defineCommand, exitCodes } from './command.ts';

const list = (text: string) => text.split(',').map((part) => part.trim());
const numbers = (text: string) => list(text).map(Number);

const { shape } = experimentSettings;

export const experiment = defineCommand({
  name: 'experiment',
  summary: 'Measure what learning together is worth: alone, federated, controls, gain against traffic',
  declare: (command) =>
    command
      .requiredOption('--data <folder>', 'folder with partners/ and truth.json')
      .requiredOption('--out <folder>', 'where workspaces, runs and the report are kept; the same folder goes on')
      .option('--partners <ids>', 'at least three (default: P01 to P10)', list)
      .option('--folds <numbers>', 'test folds; validation is the next one, training the other three', numbers)
      .option('--seeds <numbers>', 'of order, dropout and initial weights', numbers)
      .option('--bits <number>', 'folded ECFP6 bits: 32000, 8192 or 2048', Number)
      .option('--hidden <widths>', 'widths of the shared trunk, as 256 or 400,200', numbers)
      .option('--rounds <numbers>', 'federated rounds; several are compared', numbers)
      .option('--local-steps <number>', 'steps of each partner between two sums', Number)
      .option('--weights <rule>', 'what a partner counts: compounds, square-root, equal, or numbers as P01=5,P02=3')
      .option(
        '--private-weights <compounds>',
        'weights stay secret: each counts by its compounds over this number',
        Number,
      )
      .option('--quantise <bits>', 'bits of a number on its way: none (32-bit sum), 8 (12) or 4 (8); or several', list)
      .option('--transport <way>', 'sum adds the encoded changes up; protocol runs every mask, share and signature')
      .option('--arms <names>', 'of alone, federated, shuffled, pooled, fused', list)
      .option('--shuffled-for <ids>', 'partners that keep their labels in the shuffled arm, one federation each', list)
      .option('--recipe <file>', 'JSON: localRate, serverRate, dropout, l2, alone (a list to choose from), pooled')
      .addHelpText(
        'after',
        `
Writes experiment.json, .csv and .svg into --out. A task is scored where the test fold has five of each class and the
training folds have both; gains are paired, with intervals by bootstrap over targets. Settings are chosen on the
validation fold: give several under "alone" and each partner takes the one that is best there. Stopped or killed, the
same command goes on. The workspaces' passphrase is kept in --out, so keep no data there that needs a real one.`,
      ),
  options: z.object({
    data: z.string(),
    out: z.string(),
    partners: z
      .array(z.string().min(1))
      .min(3)
      .default(Array.from({ length: 10 }, (_, i) => `P${String(i + 1).padStart(2, '0')}`)),
    folds: shape.folds.default([0, 1, 2]),
    seeds: shape.seeds.default([1]),
    bits: shape.bits.default(32_000),
    hidden: shape.hidden.default([256]),
    rounds: shape.rounds.default([150]),
    localSteps: shape.localSteps.default(20),
    weights: shape.weights.default('compounds'),
    privateWeights: z.number().positive().nullable().default(null),
    quantise: shape.quantise.default(['4']),
    transport: shape.transport.default('sum'),
    arms: shape.arms.default(['alone', 'federated', 'fused']),
    shuffledFor: shape.shuffledFor.default(['P01', 'P04', 'P08']),
    recipe: z.string().optional(),
  }),
  workspace: 'none',
  async run({ options: { data, out, partners, recipe, privateWeights, ...settings }, control, print }) {
    const folder = resolve(out);
    const changes = recipe === undefined ? {} : parseInput(recipeFile, JSON.parse(readFileSync(recipe, 'utf8')));
    const report = await runExperiment(
      {
        data: resolve(data),
        folder,
        exports: findExports(resolve(data), partners),
        settings: { ...settings, privateReference: privateWeights, recipe: changes },
      },
      control,
    );
    writeWhole(join(folder, 'experiment.json'), `${JSON.stringify(report, null, 2)}\n`);
    writeWhole(join(folder, 'experiment.csv'), reportCsv(report));
    writeWhole(join(folder, 'experiment.svg'), reportSvg(report));
    print(report, `${describe(report)}\n\nWritten to ${join(folder, 'experiment.json')}, .csv and .svg`);
    return report.arms.every(({ checked }) => (checked?.differences ?? 0) === 0)
      ? exitCodes.success
      : exitCodes.rejected;
  },
});

function describe({ arms }: ExperimentReport): string {
  return arms
    .map(({ arm, gains, traffic, checked }) =>
      [
        `${arm}${
          traffic === null
            ? ''
            : `: ${traffic.megabytesPerPartner.toFixed(0)} MB per partner (${traffic.trunkSizes.toFixed(1)} trunks of float32), ${traffic.secondsPerRound.toFixed(2)} s per round`
        }`,
        ...(checked === null
          ? []
          : [
              `  ${checked.rounds} sums through the protocol, ${checked.numbers} numbers, ${checked.differences} differ`,
            ]),
        ...gains.map(
          (gain) =>
            `  ${gain.group.padEnd(15)} ${String(gain.pairs).padStart(5)} tasks  alone ${gain.alone.toFixed(4)}  ${gain.other.toFixed(4)}  ${gainText(gain)}`,
        ),
      ].join('\n'),
    )
    .join('\n\n');
}
