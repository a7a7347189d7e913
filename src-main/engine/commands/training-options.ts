/** Options that commands which train have in common: what heads learn, and how long and how weights move. */
import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { aloneSettings, headSettings } from '../../contract/training.ts';

const given = aloneSettings.shape;
const heads = headSettings.shape;

/** `--values` and what goes with it: classification alone without any of them. */
export const declareHeads = (command: Command): Command =>
  command
    .option('--values', 'learn values beside classes, by a head of their own (regression; hybrid with classes)')
    .option('--catalogue', 'a second head for the classes of catalogue tasks, in place of the first one there')
    .option('--class-hidden <widths>', 'widths of layers between the trunk and the classes, as 128 or 128,64', widths)
    .option('--value-hidden <widths>', 'widths of layers between the trunk and the values', widths)
    .option('--regression-weight <share>', 'share of values in the loss (default: 0.5, both as they are)', Number)
    .option('--raw-values', 'learn values as they are, not by their distance from the mean in standard deviations')
    .option('--censors-ignored', 'censored values count as if they were exact');

export const headOptions = z.object({
  values: z.boolean().optional(),
  catalogue: z.boolean().optional(),
  classHidden: heads.classHidden.optional(),
  valueHidden: heads.valueHidden.optional(),
  regressionWeight: heads.regressionWeight.optional(),
  rawValues: z.boolean().optional(),
  censorsIgnored: z.boolean().optional(),
});

/** Of a run, or of each run of a scan. */
export const declareCourse = (command: Command): Command =>
  command
    .option('--steps <number>', 'most train steps', Number)
    .option('--evaluate-every <number>', 'steps between two looks at the validation fold (default: 50)', Number)
    .option('--patience <number>', 'looks without a gain before training stops (default: 12)', Number)
    .option('--decay-steps <numbers>', 'steps after which both rates fall, as 1000,2000', widths)
    .option('--decay-factor <share>', 'what rates are multiplied by then (default: 0.3)', Number)
    .option('--part-size <number>', 'compounds at a time: fewer take less memory for the same step', Number)
    .option('--minimum-per-class <number>', 'of each class, for a task to count in a mean (default: 5)', Number)
    .option('--seed <number>', 'seed of weights, order and dropout', Number);

export const courseOptions = z.object({
  steps: given.steps.optional(),
  evaluateEvery: given.evaluateEvery.optional(),
  patience: given.patience.optional(),
  decaySteps: given.decaySteps,
  decayFactor: given.decayFactor,
  partSize: given.partSize,
  minimumPerClass: given.minimumPerClass.optional(),
  seed: given.seed.optional(),
});

/** What was said of the heads, as the settings have it; nothing where nothing was said. */
export function headsAsked(options: z.infer<typeof headOptions>): { readonly heads?: z.infer<typeof headSettings> } {
  const names = Object.keys(headOptions.shape) as (keyof typeof headOptions.shape)[];
  const said = asked(Object.fromEntries(names.map((name) => [name, options[name]])));
  return Object.keys(said).length === 0 ? {} : { heads: headSettings.parse(said) };
}

/** What was said, without what was not. */
export const asked = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** @throws InvalidArgumentError unless the text is whole numbers from 1 with commas between them */
export function widths(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 1)) throw new InvalidArgumentError('No widths.');
  return numbers;
}
