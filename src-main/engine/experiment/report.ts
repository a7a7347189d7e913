/** What an experiment found: gain against megabytes and seconds, as JSON, CSV, a table and a plot. */
import type { FederatedRun } from './federated.ts';
import { type GroupGain, groupGains, type Pair, partnerSizes } from './gain.ts';
import type { Corner, PartnerResult } from './runs.ts';
import type { ExperimentSettings } from './settings.ts';

export type ArmReport = {
  /** With what makes it different from others of the same arm. */
  readonly arm: string;
  readonly gains: readonly GroupGain[];
  /** Null where nothing travels. */
  readonly traffic: {
    /** Up and down in all rounds of one federation; of the largest of its runs. */
    readonly megabytesPerPartner: number;
    /** The same in trunks of float32. */
    readonly trunkSizes: number;
    /** Of all partners one after the other on this machine. */
    readonly secondsPerRound: number;
  } | null;
  readonly curves: readonly FederatedRun['curve'][];
  /** Of sums that went through the protocol: numbers compared with the plain sums, and how many differ. */
  readonly checked: { readonly rounds: number; readonly numbers: number; readonly differences: number } | null;
  readonly pairs: readonly (Pair & Corner)[];
};

export type ExperimentReport = {
  readonly format: 'chorale experiment 1';
  readonly settings: ExperimentSettings;
  /** Actives and inactives that a task needs on the test fold to be scored. */
  readonly minimumPerClass: number;
  readonly arms: readonly ArmReport[];
  readonly alone: readonly (Corner & Pick<PartnerResult, 'partner' | 'chosen' | 'seconds'>)[];
};

export function reportArm(arm: string, pairs: readonly (Pair & Corner)[], runs: readonly FederatedRun[]): ArmReport {
  const checks = runs.flatMap(({ checked }) => (checked === null ? [] : [checked]));
  const sum = (key: 'rounds' | 'numbers' | 'differences') => checks.reduce((all, check) => all + check[key], 0);
  return {
    arm,
    gains: groupGains(pairs),
    traffic:
      runs.length === 0
        ? null
        : {
            megabytesPerPartner: Math.max(...runs.map(({ bytesPerPartner }) => bytesPerPartner)) / 1e6,
            trunkSizes: Math.max(...runs.map(({ trunkSizes }) => trunkSizes)),
            secondsPerRound: runs.reduce((all, { secondsPerRound }) => all + secondsPerRound, 0) / runs.length,
          },
    curves: runs.map(({ curve }) => curve),
    checked:
      checks.length === 0 ? null : { rounds: sum('rounds'), numbers: sum('numbers'), differences: sum('differences') },
    pairs,
  };
}

/** A line per arm and group. */
export function reportCsv({ arms }: ExperimentReport): string {
  const header = [
    ...['arm', 'group', 'pairs', 'targets', 'auc_pr_alone', 'auc_pr', 'gain', 'gain_low', 'gain_high'],
    ...['towards_perfect', 'megabytes_per_partner', 'trunk_sizes', 'seconds_per_round'],
  ];
  const rows = arms.flatMap(({ arm, gains, traffic }) =>
    gains.map(({ group, pairs, targets, alone, other, gain, interval, towardsPerfect }) => [
      ...[arm, group, pairs, targets, alone.toFixed(5), other.toFixed(5), gain.toFixed(5)],
      ...(interval?.map((end) => end.toFixed(5)) ?? ['', '']),
      towardsPerfect.toFixed(5),
      ...(traffic === null
        ? ['', '', '']
        : [traffic.megabytesPerPartner, traffic.trunkSizes, traffic.secondsPerRound].map((value) => value.toFixed(2))),
    ]),
  );
  return `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`;
}

const percent = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)} %`;

export const gainText = ({ gain, interval }: GroupGain): string =>
  interval === null ? percent(gain) : `${percent(gain)} [${interval.map((end) => (100 * end).toFixed(1)).join(', ')}]`;

const plot = { width: 760, height: 420, left: 70, right: 20, top: 40, bottom: 60 } as const;
const colours = ['#1f6f8b', '#8b5a1f', '#5a1f8b', '#2f7d3b'] as const;
const shown: readonly string[] = ['all', ...partnerSizes];

/** Gain with its interval against megabytes per partner; arms without traffic stand at the left. */
export function reportSvg({ arms, settings }: ExperimentReport): string {
  const { width, height, left, right, top, bottom } = plot;
  const points = arms.flatMap(({ arm, gains, traffic }) =>
    gains
      .filter(({ group }) => shown.includes(group))
      .map((gain) => ({ arm, gain, megabytes: traffic?.megabytesPerPartner ?? 0 })),
  );
  const ends = points.flatMap(({ gain }) => [gain.gain, ...(gain.interval ?? [])]);
  const [low, high] = [Math.min(0, ...ends) - 0.005, Math.max(0, ...ends) + 0.005];
  const y = (share: number) => top + ((high - share) / (high - low)) * (height - top - bottom);
  const slot = (width - left - right) / Math.max(1, arms.length);
  const placed = arms.map(({ arm }) => arm);
  const x = (arm: string, group: string) => left + slot * (placed.indexOf(arm) + (shown.indexOf(group) + 1) / 5);
  const ticks = Array.from(
    { length: Math.floor(high * 50) - Math.ceil(low * 50) + 1 },
    (_, i) => (Math.ceil(low * 50) + i) / 50,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${left}" y="20" font-size="14">Relative gain in mean AUC-PR over training alone, ${settings.bits} bits</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${left}" x2="${width - right}" y1="${y(tick)}" y2="${y(tick)}" stroke="${tick === 0 ? '#333333' : '#dddddd'}"/>`,
      `<text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${(100 * tick).toFixed(0)} %</text>`,
    ]),
    ...points.flatMap(({ arm, gain }) => {
      const [at, colour] = [x(arm, gain.group), colours[shown.indexOf(gain.group)]!];
      const bar = gain.interval;
      return [
        bar === null
          ? ''
          : `<line x1="${at}" x2="${at}" y1="${y(bar[0])}" y2="${y(bar[1])}" stroke="${colour}" stroke-width="2"/>`,
        `<circle cx="${at}" cy="${y(gain.gain)}" r="5" fill="${colour}"><title>${arm}, ${gain.group}: ${gainText(gain)}</title></circle>`,
      ];
    }),
    ...arms.map(({ arm, traffic }) => {
      const megabytes =
        traffic === null
          ? 'no traffic'
          : `${traffic.megabytesPerPartner.toFixed(0)} MB, ${traffic.trunkSizes.toFixed(1)} trunks`;
      const middle = left + slot * (placed.indexOf(arm) + 0.5);
      return `<text x="${middle}" y="${height - bottom + 20}" text-anchor="middle">${arm}</text><text x="${middle}" y="${height - bottom + 36}" text-anchor="middle" fill="#666666">${megabytes}</text>`;
    }),
    ...shown.map(
      (group, i) => `<text x="${left + 10 + i * 150}" y="${height - 8}" fill="${colours[i]}">● ${group}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}
