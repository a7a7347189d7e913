/** Files that somebody has begun to import: to go on with where one stopped, or to let go. */
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DraftSummary } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Drafts.module.css';

export const useDraftList = () => {
  const { queries } = useEngine();
  return useQuery({ ...queries.intake.drafts.list.queryOptions(), staleTime: 0 }).data ?? [];
};

export function Drafts({ drafts }: { drafts: readonly DraftSummary[] }) {
  const { t } = useTranslation('intake');
  if (drafts.length === 0) return null;
  return (
    <Section title={t('drafts.title')} facts={t('drafts.facts')} flush>
      <ul className={classes.drafts}>
        {drafts.map((draft) => (
          <Row key={draft.file} draft={draft} />
        ))}
      </ul>
    </Section>
  );
}

function Row({ draft }: { draft: DraftSummary }) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { client, queries } = useEngine();
  const [asked, setAsked] = useState(false);
  const { file, name, step, person, changedAt, bytes, decisions } = draft;
  const goOn = useMutation({
    mutationFn: () => client.intake.drafts.read({ file }),
    onSuccess: (saved) =>
      navigate({
        to: '/import',
        search: { file, step, ...(saved?.jobId && step === 'check' ? { job: saved.jobId } : {}) },
      }),
  });
  const discard = useMutation({
    mutationFn: () => client.intake.drafts.discard({ file }),
    onSuccess: () => cache.invalidateQueries({ queryKey: queries.intake.drafts.key() }),
  });
  const error = goOn.error ?? discard.error;
  return (
    <li className={classes.draft}>
      <Status tone="now" />
      <span className="name cut" title={name}>
        {name}
      </span>
      <span className="small second cut">
        {[
          t('drafts.at', { step: t(`steps.${step}`) }),
          t('history.decisions', { count: decisions }),
          format.bytes(bytes),
        ].join(' · ')}
      </span>
      <span className="small third cut" title={format.exact(changedAt)}>
        {person}, {format.ago(changedAt)}
      </span>
      <span className={classes.actions}>
        {error && <ErrorLine error={error} />}
        {asked ? (
          <>
            <Button size="small" disabled={discard.isPending} onClick={() => discard.mutate()}>
              {t('drafts.discardSure')}
            </Button>
            <Button size="small" variant="quiet" onClick={() => setAsked(false)}>
              {t('drafts.keep')}
            </Button>
          </>
        ) : (
          <>
            <Button
              size="small"
              aria-label={t('drafts.goOnWith', { name })}
              disabled={goOn.isPending}
              onClick={() => goOn.mutate()}
            >
              {t('drafts.goOn')}
            </Button>
            <Button
              size="small"
              variant="quiet"
              aria-label={t('drafts.discardNamed', { name })}
              onClick={() => setAsked(true)}
            >
              {t('drafts.discard')}
            </Button>
          </>
        )}
      </span>
    </li>
  );
}
