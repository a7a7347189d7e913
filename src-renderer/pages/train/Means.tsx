/** What the newest models reach on both folds: the mean over tasks, with its interval. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Model } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Table } from '../../parts/Table.tsx';
import classes from './Means.module.css';
import { useNewest } from './models.ts';

export function Means() {
  const { t } = useTranslation('train');
  const federation = useFederation();
  const { aloneModel, globalModel } = useNewest(federation?.consortium?.series);
  const models = [
    ...(globalModel ? [{ name: t('means.global'), model: globalModel }] : []),
    ...(aloneModel ? [{ name: t('means.alone'), model: aloneModel }] : []),
  ];
  return (
    <Section title={t('means.title')} facts={t('means.facts')} flush>
      {models.length === 0 ? (
        <p className={classes.none}>{t('means.none')}</p>
      ) : (
        <Table>
          <thead>
            <tr>
              <th scope="col" />
              <th scope="col">{t('means.validation')}</th>
              <th scope="col">{t('means.test')}</th>
            </tr>
          </thead>
          <tbody>
            {models.map(({ name, model }) => (
              <MeansRow key={model.id} name={name} model={model} />
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function MeansRow({ name, model }: { name: string; model: Model }) {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const format = useFormat();
  const { data } = useQuery(queries.training.means.queryOptions({ input: { modelId: model.id } }));
  const value = (amount: number | null | undefined) =>
    amount === null || amount === undefined ? '–' : format.decimal(amount, 3);
  return (
    <tr>
      <th scope="row">{name}</th>
      {(['validation', 'test'] as const).map((fold) => {
        const means = data?.[fold];
        return (
          <td key={fold}>
            <span className={classes.value}>
              <span className="strong">{value(means?.aucPr)}</span> {t('means.aucPr')}
            </span>
            <span className={classes.value}>
              <span className="strong">{value(means?.aucRoc)}</span> {t('means.aucRoc')}
            </span>
            <span className={classes.below}>
              {means?.aucPrInterval &&
                t('means.interval', {
                  low: format.decimal(means.aucPrInterval.low, 3),
                  high: format.decimal(means.aucPrInterval.high, 3),
                })}
              {means && ` · ${t('curve.tasks', { count: means.tasks })}`}
            </span>
          </td>
        );
      })}
    </tr>
  );
}
