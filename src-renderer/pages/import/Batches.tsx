/** All batches with their state, and the place where the next file is dropped or chosen. */
import { Button } from '@mantine/core';
import { IconHistory, IconLock, IconTable } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Batch } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Columns, Page, PageHeader, SidePanel } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { BatchPanel } from './BatchPanel.tsx';
import { Drafts, useDraftList } from './Drafts.tsx';
import classes from './DropZone.module.css';
import { DropZone } from './DropZone.tsx';
import { TemplateList } from './TemplateList.tsx';
import { useChooser } from './useChooser.tsx';
import { useUpload } from './useUpload.ts';

const route = getRouteApi('/import');

export function Batches() {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const navigate = useNavigate();
  const { queries } = useEngine();
  const { batch } = route.useSearch();
  const { data: batches, error, refetch } = useQuery(queries.intake.batches.queryOptions());
  const upload = useUpload();
  const [over, setOver] = useState(false);
  const drafts = useDraftList();
  const columns = useBatchColumns();
  const title = t('frame:stations.import');

  const { choose, input } = useChooser(t('empty.choose'), upload.take, true);
  const committed = (batches ?? []).filter(({ state }) => state === 'committed');
  const empty = batches?.length === 0 || upload.running !== null || upload.failed !== null || upload.tooMany !== null;
  const shown = batches?.find(({ id }) => id === batch) ?? batches?.[0];
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={
          batches &&
          (batches.length === 0
            ? t('empty.facts')
            : t('batches.facts', {
                count: batches.length,
                measurements: committed.reduce((sum, { measurements }) => sum + measurements, 0),
              }))
        }
        actions={
          <>
            <TemplateList />
            {batches && !empty && (
              <Button variant="primary" onClick={choose}>
                {t('batches.import')}
              </Button>
            )}
          </>
        }
      />
      {input}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      <section
        className={classes.dropPage}
        aria-label={t('batches.label')}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          upload.take([...event.dataTransfer.files]);
        }}
      >
        {batches && <Drafts drafts={drafts} />}
        {batches && (empty || over) && (
          <div className={classes.place}>
            <DropZone upload={upload} onChoose={choose} over={over} first={batches.length === 0} />
            <Promises />
          </div>
        )}
        {batches && !empty && !over && (
          <Columns
            side={
              <SidePanel label={t('batches.label')}>{shown && <BatchPanel key={shown.id} batch={shown} />}</SidePanel>
            }
          >
            <DataGrid
              label={t('batches.label')}
              columns={columns}
              rows={batches}
              rowKey={({ id }) => String(id)}
              rowHeight={34}
              selected={shown ? String(shown.id) : null}
              onSelect={({ id }) => void navigate({ to: '/import', search: { batch: id }, replace: true })}
              quiet={({ state }) => state === 'withdrawn'}
            />
          </Columns>
        )}
      </section>
      <span className="unseen" role="status">
        {upload.running && t('upload.text', { done: format.percent(upload.running.share), total: format.percent(1) })}
      </span>
    </Page>
  );
}

function useBatchColumns(): readonly GridColumn<Batch>[] {
  const { t } = useTranslation('intake');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'id', head: t('batches.batch'), width: 74, cell: ({ id }) => id, sort: ({ id }) => id },
      {
        id: 'name',
        head: t('batches.name'),
        width: 'minmax(160px, 1fr)',
        cell: ({ name }) => <span className="name">{name}</span>,
        text: ({ name }) => name,
        sort: ({ name }) => name,
      },
      {
        id: 'state',
        head: t('batches.state'),
        width: 140,
        cell: ({ state }) => (
          <Status tone={state === 'committed' ? 'ok' : state === 'withdrawn' ? 'aside' : 'now'}>
            {t(`batches.states.${state}`)}
          </Status>
        ),
      },
      {
        id: 'measurements',
        head: t('batches.measurements'),
        width: 118,
        align: 'end',
        cell: ({ measurements }) => format.count(measurements),
        sort: ({ measurements }) => measurements,
      },
      {
        id: 'compounds',
        head: t('batches.compounds'),
        width: 104,
        align: 'end',
        hideBelow: 780,
        cell: ({ compounds }) => format.count(compounds),
        sort: ({ compounds }) => compounds,
      },
      {
        id: 'assays',
        head: t('batches.assays'),
        width: 76,
        align: 'end',
        hideBelow: 860,
        cell: ({ assays }) => format.count(assays),
        sort: ({ assays }) => assays,
      },
      {
        id: 'rejected',
        head: t('batches.rejected'),
        width: 84,
        align: 'end',
        cell: ({ rows }) => format.count(rows.rejected),
        sort: ({ rows }) => rows.rejected,
      },
      {
        id: 'person',
        head: t('batches.person'),
        width: 140,
        hideBelow: 1000,
        cell: ({ person }) => <span className="second">{person}</span>,
      },
      {
        id: 'when',
        head: t('batches.when'),
        width: 110,
        cell: ({ committedAt, createdAt }) => (
          <span className="second" title={format.exact(committedAt ?? createdAt)}>
            {format.when(committedAt ?? createdAt)}
          </span>
        ),
        sort: ({ createdAt }) => createdAt,
      },
    ],
    [t, format],
  );
}

function Promises() {
  const { t } = useTranslation('intake');
  const promises = [
    { icon: IconTable, title: t('empty.needs'), text: t('empty.needsText') },
    { icon: IconHistory, title: t('empty.undo'), text: t('empty.undoText') },
    { icon: IconLock, title: t('empty.leaves'), text: t('empty.leavesText') },
  ];
  return (
    <div className={classes.facts}>
      {promises.map(({ icon: Icon, title, text }) => (
        <section key={title} className={classes.fact}>
          <h2>
            <Icon aria-hidden />
            {title}
          </h2>
          <p>{text}</p>
        </section>
      ))}
    </div>
  );
}
