/** One assay: its thresholds in hand, what the rule suggests and why, and what each threshold costs fold by fold. */
import { ActionIcon, Button } from '@mantine/core';
import { useDebouncedCallback, useThrottledValue } from '@mantine/hooks';
import { IconBulb, IconChevronDown, IconChevronUp, IconPlus, IconTargetArrow, IconX } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssayDetail } from '../../../src-main/contract/tasks.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { Chip } from '../../parts/Chip.tsx';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './AssayDecision.module.css';
import { AssayFacts } from './AssayFacts.tsx';
import { FixedClasses } from './FixedClasses.tsx';
import { FoldTable } from './FoldTable.tsx';
import { useNearMiss } from './near-miss.ts';
import { useReason } from './reason.ts';
import { scaleKey, ThresholdChart } from './ThresholdChart.tsx';
import { added, gridOf, mainOf, mostThresholds, moved, removed, thresholdText } from './threshold.ts';

type Props = {
  readonly assayId: number;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
};

export function AssayDecision({ assayId, onPrevious, onNext }: Props) {
  const { t } = useTranslation('tasks');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const nearly = useNearMiss();
  const format = useFormat();
  const stepText = (step: number) => (step < 0.01 ? thresholdText(format, step, 0) : String(step));
  /** What the person has in hand; null when it is what the engine says. */
  const [draft, setDraft] = useState<readonly number[] | null>(null);
  const asked = useThrottledValue(draft, 60);
  const {
    data: detail,
    error,
    refetch,
    isFetching,
  } = useQuery({
    ...queries.tasks.detail.queryOptions({ input: asked === null ? { assayId } : { assayId, thresholds: [...asked] } }),
    placeholderData: keepPreviousData,
  });
  const keep = useMutation({
    mutationFn: (thresholds: readonly number[]) => client.tasks.setThresholds({ assayId, thresholds: [...thresholds] }),
    onSuccess: (kept, thresholds) => {
      cache.setQueryData(queries.tasks.detail.queryKey({ input: { assayId } }), kept);
      setDraft((now) => (now === null || now === thresholds ? null : now));
      void cache.invalidateQueries({ queryKey: queries.tasks.list.key() });
    },
  });
  const settle = useDebouncedCallback(keep.mutate, 400);

  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (detail === undefined) return null;

  const thresholds = draft ?? mainThresholds(detail);
  const change = (next: readonly number[], settled = true) => {
    setDraft(next);
    if (settled) settle(next);
  };
  const { from, width, bins } = detail.histogram;
  const grid = gridOf(width);
  const lacks = [...onlyOf(detail.leftOut)];

  return (
    <>
      <header className={classes.head}>
        <h2>{detail.assay.code}</h2>
        <Chip>{t(`type.${detail.assay.type}`)}</Chip>
        <Chip>{t(`scaleChip.${scaleKey(detail.assay.scale)}`, { scale: detail.assay.scale })}</Chip>
        <span className="small third cut">
          {t('censored', {
            compounds: t('compounds', { count: detail.assay.compounds }),
            count: detail.assay.censored,
          })}
        </span>
        <span className={classes.steps}>
          <ActionIcon aria-label={t('previous')} title={t('previous')} disabled={!onPrevious} onClick={onPrevious}>
            <IconChevronUp aria-hidden />
          </ActionIcon>
          <ActionIcon aria-label={t('next')} title={t('next')} disabled={!onNext} onClick={onNext}>
            <IconChevronDown aria-hidden />
          </ActionIcon>
        </span>
      </header>
      {detail.assay.fixed === null ? (
        <>
          <div className={classes.thresholds}>
            {thresholds.map((threshold, index) => {
              const name = thresholds.length === 1 ? t('onlyThreshold') : t('threshold', { number: index + 1 });
              return (
                // The field keeps its place while its value passes another one.
                // biome-ignore lint/suspicious/noArrayIndexKey: the position is the field's identity
                <span key={index} className={classes.threshold}>
                  <span className={classes.label}>{name}</span>
                  <NumberField
                    label={name}
                    value={threshold}
                    step={grid.step}
                    decimals={grid.decimals}
                    onChange={(value) => change(moved(thresholds, index, value, grid).thresholds)}
                  />
                  {thresholds.length > 1 && (
                    <ActionIcon
                      size={24}
                      aria-label={t('remove', { value: threshold })}
                      title={t('remove', { value: threshold })}
                      onClick={() => change(removed(thresholds, index))}
                    >
                      <IconX aria-hidden />
                    </ActionIcon>
                  )}
                </span>
              );
            })}
            {thresholds.length < mostThresholds && (
              <Button
                variant="quiet"
                size="small"
                leftSection={<IconPlus aria-hidden />}
                onClick={() => change(added(thresholds, from, from + width * bins.length, grid))}
              >
                {t('add')}
              </Button>
            )}
            <span className={classes.keys} aria-hidden>
              <kbd>←</kbd>
              <kbd>→</kbd>
              {stepText(grid.step)}
              <kbd>{t('keys.shift')}</kbd>
              {stepText(grid.largeStep)}
            </span>
          </div>
          <ThresholdChart detail={detail} thresholds={thresholds} onChange={change} />
          <Suggestion
            detail={detail}
            moved={draft !== null || detail.chosen.length > 0}
            onBack={() => {
              setDraft(null);
              keep.mutate([]);
            }}
          />
        </>
      ) : (
        <FixedClasses detail={detail} />
      )}
      {keep.error && (
        <div className={classes.line}>
          <ErrorLine error={keep.error} />
        </div>
      )}
      <FoldTable detail={detail} />
      {detail.assay.nearMiss !== null && (
        <p className={classes.near}>
          <IconTargetArrow aria-hidden />
          {nearly(detail.assay.nearMiss)}
        </p>
      )}
      <AssayFacts detail={detail} />
      <footer className={classes.foot}>
        <Auxiliary detail={detail} />
        {lacks.length > 0 && (
          <span>
            {t('leftOut', {
              causes: lacks.map(([cause, count]) => t(`leftOutCause.${cause}`, { count })).join(t('reason.shareJoin')),
            })}
          </span>
        )}
        <span className={classes.footEnd}>
          {keep.isPending || isFetching ? <Status tone="now">{t('recounting')}</Status> : null}
          {t('never')}
        </span>
      </footer>
    </>
  );
}

type SuggestionProps = {
  readonly detail: AssayDetail;
  readonly moved: boolean;
  readonly onBack: () => void;
};

/** The suggested threshold, the rule that led to it, and the way back to it. */
function Suggestion({ detail, moved, onBack }: SuggestionProps) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const reason = useReason();
  const own = mainOf(detail.suggestion.thresholds);
  const list = own.map(({ threshold }) => thresholdText(format, threshold)).join(t('reason.shareJoin'));
  return (
    <div className={classes.suggestion}>
      <Chip tone="accent" icon={<IconBulb aria-hidden />}>
        {own.length > 0 ? t('reason.suggested', { thresholds: list }) : t('reason.suggestsNone')}
      </Chip>
      <span className={classes.why}>{reason(detail.suggestion.reason)}</span>
      {detail.chosen.length > 0 && <span className="small third">{t('reason.kept')}</span>}
      <Button size="small" disabled={!moved} onClick={onBack} className={classes.back}>
        {t('reason.back')}
      </Button>
    </div>
  );
}

function Auxiliary({ detail }: { detail: AssayDetail }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const shown = mainOf(detail.tasks);
  const auxiliary = detail.tasks.filter((task) => !shown.includes(task) && task.status !== 'too-few');
  if (auxiliary.length === 0) return null;
  const list = auxiliary.map(({ threshold }) => thresholdText(format, threshold)).join(t('reason.shareJoin'));
  return <span>{t('auxiliary', { thresholds: list })}</span>;
}

export const mainThresholds = (detail: AssayDetail): readonly number[] =>
  mainOf(detail.tasks).map(({ threshold }) => threshold);

function* onlyOf(leftOut: AssayDetail['leftOut']): Generator<[keyof AssayDetail['leftOut'], number]> {
  for (const cause of ['outOfRange', 'structureFailed', 'structureWaiting', 'undecided', 'otherScale'] as const) {
    if (leftOut[cause] > 0) yield [cause, leftOut[cause]];
  }
}
