/** Gains by group as dots with their intervals: all tasks, assay types, and tasks by their number of labels. */
import { useTranslation } from 'react-i18next';
import type { Gain } from '../../../src-main/contract/training.ts';
import { IntervalDots } from '../../parts/IntervalDots.tsx';

/** What the dots show: the plain difference, relative to training alone in percent, or RIPtoP. */
export type GainScale = 'difference' | 'relative' | 'riptop';

type Props = {
  readonly gains: readonly Gain[];
  readonly scale?: GainScale;
  readonly rowHeight?: number;
};

export function GainDots({ gains, scale = 'difference', rowHeight = 30 }: Props) {
  const { t } = useTranslation('train');
  const name = useGroupName();
  const rows = gains.flatMap((gain) => {
    const { value, interval } = shown(gain, scale);
    if (value === null) return [];
    const id = gain.size === null ? gain.group : `size ${gain.size.least}`;
    return [
      {
        id,
        label: name(gain),
        count: gain.tasks,
        value,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
      },
    ];
  });
  return (
    <IntervalDots
      label={t('gains.title')}
      rows={rows}
      zero={t('gains.zero')}
      rowHeight={rowHeight}
      decimals={scale === 'relative' ? 1 : 3}
      axis
    />
  );
}

function shown({ difference, interval, relative, relativeInterval, riptop, riptopInterval }: Gain, scale: GainScale) {
  if (scale === 'riptop') return { value: riptop, interval: riptopInterval };
  if (scale === 'difference') return { value: difference, interval };
  return {
    value: relative === null ? null : 100 * relative,
    interval: relativeInterval && { low: 100 * relativeInterval.low, high: 100 * relativeInterval.high },
  };
}

export function useGroupName(): (gain: Pick<Gain, 'group' | 'size'>) => string {
  const { t } = useTranslation(['train', 'tasks']);
  return ({ group, size }) => {
    if (size !== null) {
      return size.below === null
        ? t('gains.from', { least: size.least })
        : t('gains.between', { least: size.least, most: size.below - 1 });
    }
    return group === 'all' || group === 'size' ? t('gains.all') : t(`tasks:type.${group}`);
  };
}
