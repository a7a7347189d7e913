/** What else is decided of an assay: which end is active, whether its values are learned as well, how replicates come together. */
import { Select, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type {
  AssayAnnotation,
  AssayDetail,
  CatalogueMatch,
  RegressionDetail,
} from '../../../src-main/contract/tasks.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './AssayFacts.module.css';
import { sideOf, thresholdText } from './threshold.ts';

const tones: Readonly<Record<RegressionDetail['status'], Tone>> = {
  ready: 'ok',
  'not-evaluated': 'warn',
  'too-few': 'aside',
  off: 'aside',
};

export function AssayFacts({ detail }: { detail: AssayDetail }) {
  const { t } = useTranslation('tasks');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const { assayId, type } = detail.assay;
  const annotate = useMutation({
    mutationFn: (annotation: Partial<AssayAnnotation>) => client.tasks.annotate({ assayId, annotation }),
    onSuccess: (kept) => {
      cache.setQueryData(queries.tasks.detail.queryKey({ input: { assayId } }), kept);
      void cache.invalidateQueries({ queryKey: queries.tasks.detail.key() });
      void cache.invalidateQueries({ queryKey: queries.tasks.list.key() });
    },
  });
  const { regression, replicates } = detail;
  const binary = regression.off === 'binary';
  const sides = type === 'AUX_HTS' ? (['high', 'low', 'both'] as const) : (['high', 'low'] as const);
  return (
    <div className={classes.facts}>
      {!binary && (
        <Select
          className={classes.direction!}
          aria-label={t('directionLabel')}
          data={sides.map((value) => ({ value, label: t(`direction.${value}`) }))}
          value={sideOf(detail)}
          disabled={annotate.isPending}
          onChange={(value) => annotate.mutate({ direction: value === 'low' || value === 'high' ? value : null })}
        />
      )}
      {!binary && (
        <span className={classes.regression}>
          <Switch
            label={t('regression.label')}
            checked={regression.off !== 'not-used'}
            disabled={annotate.isPending || (regression.off !== null && regression.off !== 'not-used')}
            onChange={({ currentTarget }) => annotate.mutate({ useInRegression: currentTarget.checked })}
          />
          <Status tone={tones[regression.status]}>
            <RegressionWords regression={regression} />
          </Status>
        </span>
      )}
      {replicates.compounds > 0 && (
        <span className="small second">
          {t('replicates.some', { count: replicates.compounds, rule: t(`replicates.rule.${replicates.rule}`) })}
          {replicates.conflicts > 0 &&
            ` ${t('replicates.conflicts', { count: replicates.conflicts, spread: replicates.spread })}`}
        </span>
      )}
      {detail.assay.type === 'CATALOG-PANEL' && <Catalogue detail={detail} />}
      {annotate.error && <ErrorLine error={annotate.error} />}
    </div>
  );
}

const matchTones: Readonly<Record<CatalogueMatch['check'], Tone>> = {
  matched: 'ok',
  failed_quorum: 'warn',
  missing_ref_task: 'aside',
};

/** How each threshold of a catalogue panel stands to the consortium's catalogue. */
function Catalogue({ detail }: { detail: AssayDetail }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const id = detail.annotation.catalogueAssayId;
  const need = detail.limits.catalogue;
  return (
    <span className={classes.catalogue}>
      <span className="small second">
        {need === null ? t('catalogue.none') : id === null ? t('catalogue.unnamed') : t('catalogue.assay', { id })}
      </span>
      {detail.tasks.map(
        ({ threshold, catalogue }) =>
          catalogue !== null && (
            <Status key={threshold} tone={matchTones[catalogue.check]}>
              {t(`catalogue.${catalogue.check}`, {
                threshold: thresholdText(format, threshold),
                id: catalogue.catalogueTaskId ?? '',
                count: catalogue.short,
                need: need ?? 0,
              })}
            </Status>
          ),
      )}
    </span>
  );
}

/** Trained and evaluated or not, and the first thing that is missing. */
function RegressionWords({ regression }: { regression: RegressionDetail }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const { status, off, uncensored, total, limits, evaluationShort, flatFolds, folds } = regression;
  if (off !== null) return t(`regression.off.${off}`);
  const have = t('regression.have', { count: uncensored });
  if (status === 'too-few') {
    return t('regression.tooFew', {
      total,
      uncensored,
      needTotal: limits.trainingTotal,
      needUncensored: limits.trainingUncensored,
    });
  }
  const [short] = evaluationShort;
  if (short !== undefined) {
    const found = folds.find(({ fold }) => fold === short.fold)?.uncensored ?? 0;
    return `${have} · ${t('regression.shortFold', { fold: short.fold, have: found, need: limits.foldUncensored })}`;
  }
  if (flatFolds[0] !== undefined) return `${have} · ${t('regression.flatFold', { fold: flatFolds[0] })}`;
  const spread = folds.flatMap(({ deviation }) => deviation ?? []);
  if (spread.length === 0) return have;
  return `${have} · ${t('regression.spread', { least: format.decimal(Math.min(...spread), 2) })}`;
}
