/** What is blocked, before what has happened: cause, station, what it holds up, and its own action. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Blocked as Cause } from '../../../src-main/contract/home.ts';
import { jobKind } from '../../../src-main/contract/jobs.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { stationPaths } from '../../app/frame/stations.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './HomePage.module.css';

export function Blocked({ blocked }: { blocked: readonly Cause[] }) {
  const { t } = useTranslation(['home', 'frame']);
  const format = useFormat();
  const columns = useMemo<readonly GridColumn<Cause>[]>(
    () => [
      {
        id: 'what',
        head: t('blocked.what'),
        width: 'minmax(220px, 9fr)',
        cell: (cause) => (
          <Status tone={cause.severity} strong>
            {causeWords(t, cause)}
          </Status>
        ),
        text: (cause) => causeWords(t, cause),
      },
      {
        id: 'station',
        head: t('blocked.station'),
        width: 90,
        cell: ({ station }) => <span className="second">{t(`frame:stations.${station}`)}</span>,
      },
      {
        id: 'holds',
        head: t('blocked.holds'),
        width: 'minmax(120px, 5fr)',
        cell: ({ cause }) => <span className="second">{t(`blocked.holdsUp.${cause}`)}</span>,
      },
      {
        id: 'since',
        head: t('blocked.since'),
        width: 78,
        cell: ({ since }) =>
          since && (
            <span className="third" title={format.exact(since)}>
              {format.when(since)}
            </span>
          ),
      },
      { id: 'action', head: '', width: 108, align: 'end', cell: (cause) => <Action cause={cause} /> },
    ],
    [t, format],
  );
  return (
    <Section title={t('blocked.title')} facts={<span className="second">{format.count(blocked.length)}</span>} flush>
      {blocked.length === 0 ? (
        <p className={classes.nothing}>{t('blocked.none')}</p>
      ) : (
        <DataGrid
          label={t('blocked.title')}
          columns={columns}
          rows={blocked}
          rowKey={({ cause, target }) => `${cause} ${target}`}
          rowHeight={36}
          fit
        />
      )}
    </Section>
  );
}

function Action({ cause }: { cause: Cause }) {
  const { t } = useTranslation('home');
  const { client } = useEngine();
  const navigate = useNavigate();
  const standardise = useMutation({ mutationFn: () => client.chemistry.standardise() });
  const run = () => {
    if (cause.action === 'standardise') standardise.mutate();
    else if (cause.cause === 'rows-rejected') {
      void navigate({ to: '/import', search: { batch: Number(cause.target) } });
    } else if (cause.cause === 'structures-failed') void navigate({ to: '/structures', search: { filter: 'failed' } });
    else void navigate({ to: stationPaths[cause.station] });
  };
  return (
    <Button size="small" disabled={standardise.isPending} onClick={run}>
      {t(`blocked.action.${cause.action}`)}
    </Button>
  );
}

function causeWords(t: TFunction<['home', 'frame']>, { cause, facts }: Cause): string {
  const kind = jobKind.safeParse(facts.kind);
  const job = kind.success ? t(`frame:jobs.kind.${kind.data}`) : '';
  const say = t as (key: string, facts: Readonly<Record<string, string | number>>) => string;
  return say(`blocked.cause.${cause}`, { job, ...facts });
}
