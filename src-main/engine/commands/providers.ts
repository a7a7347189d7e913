/** `chorale providers`: what models can learn on here, how fast each is against the CPU, and which one is taken. */
import { Option } from 'commander';
import * as z from 'zod';
import {
  type CheckedProvider,
  type ProviderReport,
  type ProviderTrouble,
  providerChoice,
  trainingThreads,
} from '../../contract/providers.ts';
import { surveyProviders, surveySettings } from '../../training/providers/survey.ts';
import { spawnTraining } from '../../training/spawn.ts';
import { providerHere, readComputing, writeComputing } from '../computing.ts';
import { defineCommand, exitCodes } from './command.ts';

export const providers = defineCommand({
  name: 'providers',
  summary: 'Check what models can learn on here, by training a little on each provider',
  declare: (command) =>
    command
      .addOption(new Option('--choose <provider>', 'what training takes from now on').choices(providerChoice.options))
      .option('--threads <number>', 'of the CPU that training may take from now on', Number)
      .option('--seconds <number>', 'how long the steps of each provider are timed', Number)
      .option('--no-check', 'only say what the last check found')
      .addHelpText(
        'after',
        `
Trains on invented compounds, the same on every machine, on each provider in a process of its own, and compares the
weights with the CPU's. The result is kept for this user, as the check in Settings is. Automatic takes the fastest that
agrees with the CPU. Needs no workspace.`,
      ),
  options: z.object({
    choose: providerChoice.optional(),
    threads: trainingThreads.optional(),
    seconds: z.number().positive().max(60).default(surveySettings.seconds),
    check: z.boolean(),
  }),
  workspace: 'none',
  async run({ options: { choose, threads: asked, seconds, check }, host: { configurationFolder }, control, print }) {
    if (choose !== undefined || asked !== undefined) {
      writeComputing(configurationFolder, { choice: choose, threads: asked });
    }
    if (check) {
      const report = await surveyProviders(spawnTraining, control, { ...surveySettings, seconds });
      writeComputing(configurationFolder, { report });
    }
    const { choice, report, threads } = readComputing(configurationFolder);
    const next = providerHere(configurationFolder);
    const why = next.trouble === null ? '' : ` (${said(next.trouble)})`;
    const lines = [
      ...(report === null ? ['Nothing has been checked yet.'] : linesOf(report)),
      `choice: ${choice}; the next training runs on ${next.name}${why}`,
      `threads of the CPU that training may take: ${threads}`,
    ];
    print({ choice, threads, next, report }, lines.join('\n'));
    return exitCodes.success;
  },
});

function linesOf({ providers, lesson, checkedAt }: ProviderReport): string[] {
  const cpu = providers.find(({ name }) => name === 'cpu')?.rowsPerSecond ?? null;
  const measured = ({ rowsPerSecond, steps, difference }: CheckedProvider) =>
    rowsPerSecond === null
      ? ''
      : [
          `${Math.round(rowsPerSecond).toLocaleString('en')} compounds/s`,
          cpu === null ? '' : `${(rowsPerSecond / cpu).toFixed(2)} x CPU`,
          `${steps} steps`,
          `difference ${(difference ?? 0).toExponential(1)}`,
        ].join('  ');
  const { compounds, bits, tasks, hidden, batch } = lesson;
  return [
    ...providers.map((provider) =>
      [provider.name.padEnd(10), measured(provider), provider.trouble === null ? '' : said(provider.trouble)]
        .filter((part) => part !== '')
        .join('  '),
    ),
    `${compounds} invented compounds of ${bits} bits, ${tasks} tasks, ${hidden.join(',')} units, ` +
      `${batch} compounds a step; checked ${checkedAt}`,
  ];
}

const said = ({ provider, reason, detail }: ProviderTrouble): string =>
  [provider, reason, detail].filter((part) => part !== null && part !== '').join(': ');
