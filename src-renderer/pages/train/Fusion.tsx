/** The own and the federated model in one: every weight on the validation fold, the chosen one, and what it is worth. */
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Fusion as FusionReport } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { Curve } from '../../parts/Curve.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Fusion.module.css';
import type { Newest } from './models.ts';

export function Fusion({ newest: { pair, fusion } }: { newest: Newest }) {
  const { t } = useTranslation('train');
  const { client } = useEngine();
  const { running } = useJobs();
  const fuses = running.some(({ kind }) => kind === 'fuse');
  const start = useMutation({
    mutationFn: ({ aloneModelId, globalModelId }: NonNullable<Newest['pair']>) =>
      client.training.fuse({ ownModelId: aloneModelId, globalModelId }),
  });
  if (pair === undefined) return null;
  return (
    <Section title={t('fusion.title')} facts={t('fusion.facts')}>
      {fusion ? <Outcome fusion={fusion} /> : <p className="small second">{t('fusion.text')}</p>}
      <div className={classes.action}>
        <Button size="small" disabled={fuses || start.isPending} onClick={() => start.mutate(pair)}>
          {t(fuses ? 'fusion.running' : fusion ? 'fusion.again' : 'fusion.start')}
        </Button>
        {start.error && <ErrorLine error={start.error} />}
      </div>
    </Section>
  );
}

function Outcome({ fusion }: { fusion: FusionReport }) {
  const { t } = useTranslation('train');
  const { queries } = useEngine();
  const format = useFormat();
  const { weight, looks, valueWeight, valueLooks, modelId } = fusion;
  const points = looks.flatMap(({ weight, aucPr }) =>
    aucPr === null ? [] : [{ step: Math.round(100 * weight), value: aucPr }],
  );
  const { data: means } = useQuery({
    ...queries.training.means.queryOptions({ input: { modelId: modelId ?? '' } }),
    enabled: modelId !== null,
  });
  const between = weight > 0 && weight < 1;
  const helps = between || (valueLooks.length > 0 && valueWeight !== weight);
  return (
    <>
      <Status tone={helps ? 'ok' : 'aside'} strong>
        {between
          ? t('fusion.helps', { federated: format.percent(weight), own: format.percent(1 - weight) })
          : t(
              helps
                ? weight === 1
                  ? 'fusion.globalClasses'
                  : 'fusion.ownClasses'
                : weight === 1
                  ? 'fusion.globalAlone'
                  : 'fusion.ownAlone',
            )}
      </Status>
      {valueWeight !== null && (
        <p className="small second">
          {valueLooks.length === 0
            ? t(valueWeight === 1 ? 'fusion.globalValues' : 'fusion.ownValues')
            : t('fusion.values', { federated: format.percent(valueWeight), own: format.percent(1 - valueWeight) })}
        </p>
      )}
      {points.length > 0 && (
        <Curve
          label={t('fusion.label', {
            weights: looks
              .flatMap(({ weight, aucPr }) =>
                aucPr === null ? [] : [`${format.percent(weight)}: ${format.decimal(aucPr, 3)}`],
              )
              .join('; '),
          })}
          series={[
            { id: 'looks', name: t('fusion.series'), look: 'global', points, namedAt: Math.round(100 * weight) },
          ]}
          stepName={t('fusion.axis')}
          lastStep={100}
          height={190}
        />
      )}
      {helps && (
        <div className={classes.words}>
          {means?.test.aucPr != null && (
            <p className="small second">
              {t('fusion.test', { value: format.decimal(means.test.aucPr, 3), count: means.test.tasks })}
            </p>
          )}
          <p className="small third">{t(modelId === null ? 'fusion.gone' : 'fusion.kept')}</p>
        </div>
      )}
    </>
  );
}
