/** `chorale scan`: a small grid of settings, each trained and judged on the validation fold. */
import { InvalidArgumentError } from 'commander';
import { defaultGrid, type ScanCell, scanGrid } from '../../contract/tuning.ts';
import { describeScan } from '../../training/scan.ts';
import type { ScanResult } from '../../training/scan-job.ts';
import { defineCommand, exitCodes } from './command.ts';
import {
  asked,
  courseOptions,
  declareCourse,
  declareHeads,
  headOptions,
  headsAsked,
  widths,
} from './training-options.ts';

export const scan = defineCommand({
  name: 'scan',
  summary: 'Try a small grid of training settings and choose by the validation fold',
  declare(command) {
    command
      .option('--hidden <grid>', 'trunk widths, as 256/512/400,200', widthsList)
      .option('--dropout <grid>', 'shares of hidden units dropped, as 0.5/0.7', numbers)
      .option('--input-dropout <grid>', 'shares of fingerprint bits dropped', numbers)
      .option('--trunk-rate <grid>', "Adam's rates for the trunk", numbers)
      .option('--head-rate <grid>', "Adam's rates for the head", numbers)
      .option('--batch <grid>', 'compounds per step', numbers)
      .option('--weight-decay <grid>', 'what of each weight is added to its gradient, as 0/0.00001', numbers);
    declareCourse(declareHeads(command)).addHelpText(
      'after',
      `
Every combination is trained once, after the settings that training takes by default. Without a grid: ${gridText()}.
Stopped, it goes on when it is started again: what has been trained with the same settings on the same tasks is taken
over. No model is kept and the test fold is not looked at. Go on with "chorale final-fit".`,
    );
  },
  options: scanGrid.extend(courseOptions.shape).extend(headOptions.shape),
  workspace: 'write',
  async run({ workspace: { catalog }, options, job, print }) {
    const grid = asked(scanGrid.parse(options));
    const settings = { ...asked(courseOptions.parse(options)), ...headsAsked(options) };
    const { scanId } = await job<ScanResult>('scan', { settings, ...(Object.keys(grid).length > 0 && { grid }) });
    const found = describeScan(catalog, scanId);
    const { cells, best, clearlyBetter } = found;
    const lines = [
      'hidden     dropout  bits  trunk rate  head rate    step  AUC-PR  95 % interval    against the first',
      ...cells.map((cell) => `${lineOf(cell)}${cell.position === best ? '  best' : ''}`),
      ...(best === null
        ? []
        : [
            best === 0
              ? 'No setting is better than the first on the validation fold.'
              : `The best is ${clearlyBetter ? 'clearly' : 'not clearly'} better than the first. It was chosen on this fold, so its figure is a little too good.`,
            `Final fit: chorale final-fit --run ${cells[best]!.runId}`,
          ]),
    ];
    print(found, lines.join('\n'));
    return exitCodes.success;
  },
});

function lineOf({ settings, step, aucPr, aucPrInterval, against }: ScanCell): string {
  const { hidden, dropout, inputDropout, trunkRate, headRate, weightDecay } = settings;
  const range = (interval: { low: number; high: number } | null) =>
    interval === null ? '' : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`;
  const difference = against?.difference;
  return [
    hidden.join(',').padEnd(10),
    String(dropout).padStart(8),
    String(inputDropout).padStart(6),
    String(trunkRate).padStart(12),
    String(headRate).padStart(11),
    String(step ?? '-').padStart(8),
    (aucPr?.toFixed(3) ?? '-').padStart(8),
    `  ${range(aucPrInterval).padEnd(15)}`,
    difference == null ? '' : `  ${difference >= 0 ? '+' : ''}${difference.toFixed(3)} (${range(against!.interval)})`,
    weightDecay === undefined ? '' : `  weight decay ${weightDecay}`,
  ].join('');
}

function gridText(): string {
  const { hidden = [], dropout = [], inputDropout = [] } = defaultGrid;
  return `hidden ${hidden.join('/')}, dropout ${dropout.join('/')}, input dropout ${inputDropout.join('/')}`;
}

function numbers(text: string): number[] {
  const values = text.split('/').map(Number);
  if (text.trim() === '' || values.some((value) => Number.isNaN(value))) {
    throw new InvalidArgumentError('No numbers with / between them.');
  }
  return values;
}

function widthsList(text: string): number[][] {
  return text.split('/').map(widths);
}
