/** Every metric of the newest models on the test fold, side by side: mean over the tasks that count. */
import { useTranslation } from 'react-i18next';
import {
  type ClassMetric,
  classMetric,
  type FoldReport,
  type ValueMetric,
  valueMetric,
} from '../../../src-main/contract/training.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Table } from '../../parts/Table.tsx';
import { type Newest, useReport } from './models.ts';
import classes from './SideBySide.module.css';

const lowerIsBetter: ReadonlySet<ClassMetric | ValueMetric> = new Set([
  'brier',
  'logLoss',
  'calibrationError',
  'adaptiveCalibrationError',
  'rmse',
  'rmseUncensored',
]);

export function SideBySide({ newest: { aloneModel, globalModel, fusedModel } }: { newest: Newest }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const columns = [
    { name: t('means.alone'), report: useReport(aloneModel) },
    { name: t('means.global'), report: useReport(globalModel) },
    { name: t('means.fused'), report: useReport(fusedModel) },
  ].filter(({ report }) => report !== undefined);
  const ofAll = (report: FoldReport) => ({
    ...report.groups.find(({ group }) => group === 'all')?.metrics,
    ...report.regressionGroups.find(({ group }) => group === 'all')?.metrics,
  });
  const reached = columns.map(({ report }) => ofAll(report!.test));
  const rows = [...classMetric.options, ...valueMetric.options].filter((name) =>
    reached.some((metrics) => metrics[name] !== undefined && metrics[name].mean !== null),
  );
  if (rows.length === 0) return null;
  return (
    <Section title={t('side.title')} facts={t('side.facts')} flush>
      <Table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('side.metric')}</th>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">{t('side.tasks')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((name) => (
            <tr key={name}>
              <th scope="row">
                {t(`metrics.${name}`)}
                {lowerIsBetter.has(name) && <span className={classes.lower}>{t('side.lower')}</span>}
              </th>
              {reached.map((metrics, column) => {
                const { mean = null, interval = null } = metrics[name] ?? {};
                return (
                  <td key={columns[column]!.name}>
                    <span className="strong">{mean === null ? '–' : format.decimal(mean, 3)}</span>
                    {interval && (
                      <span className={classes.interval}>
                        {t('means.interval', {
                          low: format.decimal(interval.low, 3),
                          high: format.decimal(interval.high, 3),
                        })}
                      </span>
                    )}
                  </td>
                );
              })}
              <td>{format.count(Math.max(...reached.map((metrics) => metrics[name]?.tasks ?? 0)))}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}
