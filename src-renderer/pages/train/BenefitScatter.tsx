/** Each task as a dot, alone across and federated up: above the line the consortium helps. Hollow where it does not. */
import { useElementSize } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { BenefitMetric, BenefitTask } from '../../../src-main/contract/training.ts';
import { useFormat } from '../../app/format.ts';
import axes from '../../parts/axes.module.css';
import { decimalsOf, linearScale, ticks } from '../../parts/axis.ts';
import { Section } from '../../parts/Page.tsx';
import classes from './BenefitScatter.module.css';

type Props = { readonly tasks: readonly BenefitTask[]; readonly metric: BenefitMetric };

const height = 320;
const room = { left: 46, right: 16, top: 10, bottom: 38 };
/** Figures of R2 far below zero would press all others into a corner. */
const lowestShown = -1;

export function BenefitScatter({ tasks, metric }: Props) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const { ref, width } = useElementSize();
  const held = (value: number) => Math.max(lowestShown, value);
  const values = tasks.flatMap(({ alone, global }) => [held(alone), held(global)]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least || 0.1) * 0.04;
  const [from, to] = [least - margin, most + margin];
  const x = linearScale(from, to, [room.left, Math.max(width - room.right, room.left + 1)]);
  const y = linearScale(from, to, [height - room.bottom, room.top]);
  const steps = ticks(from, to, 5);
  const isBetter = ({ alone, global }: BenefitTask) => (metric === 'rmse' ? global < alone : global > alone);
  const label = t('scatter.label', { count: tasks.length, better: tasks.filter(isBetter).length });
  return (
    <Section
      title={t('scatter.title')}
      facts={t('scatter.facts', { metric: t(`metrics.${metric}`) })}
      end={
        <>
          <span className={classes.key}>{t('scatter.better')}</span>
          <span className={classes.key} data-worse>
            {t('scatter.worse')}
          </span>
        </>
      }
    >
      <div ref={ref} className={`${axes.frame} ${classes.frame}`} style={{ height }}>
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={label}>
            {steps.map((step) => (
              <g key={step}>
                <line className={axes.grid} x1={x.at(from)} x2={x.at(to)} y1={y.at(step)} y2={y.at(step)} />
                <text className={axes.tickY} x={room.left - 8} y={y.at(step) + 4}>
                  {format.decimal(step, decimalsOf(steps))}
                </text>
                <text className={axes.tick} x={x.at(step)} y={height - room.bottom + 16}>
                  {format.decimal(step, decimalsOf(steps))}
                </text>
              </g>
            ))}
            <line className={classes.diagonal} x1={x.at(from)} x2={x.at(to)} y1={y.at(from)} y2={y.at(to)} />
            <text className={axes.tick} x={(x.at(from) + x.at(to)) / 2} y={height - 4}>
              {t('scatter.across')}
            </text>
            <text className={axes.tick} transform={`translate(10 ${(y.at(from) + y.at(to)) / 2}) rotate(-90)`}>
              {t('scatter.up')}
            </text>
            {tasks.map((task) => (
              <circle
                key={task.taskId}
                className={isBetter(task) ? classes.better : classes.worse}
                cx={x.at(held(task.alone))}
                cy={y.at(held(task.global))}
                r={3.5}
              >
                <title>
                  {t(task.threshold === null ? 'scatter.value' : 'scatter.task', {
                    assay: task.assay,
                    threshold: format.decimal(task.threshold ?? 0, 2),
                    labels: task.labels,
                    alone: format.decimal(task.alone, 3),
                    global: format.decimal(task.global, 3),
                  })}
                </title>
              </circle>
            ))}
          </svg>
        )}
      </div>
    </Section>
  );
}
