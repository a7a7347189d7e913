/** What the coordinator has of the charter that is not here yet: the next version, and what is still being signed. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ConsentPermission } from '../../../src-main/contract/consent.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { Offer } from './Offer.tsx';
import classes from './TakeIn.module.css';

export function AtCoordinator({
  may,
  where,
}: {
  readonly may: ConsentPermission;
  /** Above the charter only while somebody has to do something about another one; below it otherwise. */
  readonly where: 'above' | 'below';
}) {
  const { t } = useTranslation('consent');
  const { queries } = useEngine();
  const format = useFormat();
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery({
    ...queries.consent.readAtCoordinator.queryOptions(),
    retry: false,
  });
  if (data === null) return null;
  const again = () => void refetch();
  const offers = data === undefined ? [] : data.next === null ? data.proposals : [data.next];
  if (where !== (offers.length > 0 ? 'above' : 'below')) return null;
  return (
    <Section
      title={t('coordinator.title')}
      {...(data === undefined ? {} : { facts: data.host })}
      end={
        <Button size="small" variant="quiet" disabled={isFetching} onClick={again}>
          {t(isFetching ? 'coordinator.asking' : 'coordinator.again')}
        </Button>
      }
    >
      {error ? (
        <ErrorLine error={error} />
      ) : data === undefined ? null : offers.length === 0 ? (
        <p className={classes.text}>
          {t('coordinator.nothing', { when: format.when(new Date(dataUpdatedAt).toISOString()) })}
        </p>
      ) : (
        <>
          <Status tone="wait">{t(data.next === null ? 'coordinator.proposed' : 'coordinator.next')}</Status>
          {offers.map(({ text, preview }) => (
            <Offer
              key={preview.charter.hash}
              text={text}
              preview={preview}
              may={may}
              onSigned={again}
              onTaken={again}
            />
          ))}
        </>
      )}
    </Section>
  );
}
