/** The page of the station Audit: the state of the chain in one line, its entries, and every connection since installation. */
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src-main/contract/audit.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import type { Client } from '../../link/connect.ts';
import { download } from '../../parts/download.ts';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Columns, Page, PageHeader, SidePanel } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Bundle } from './Bundle.tsx';
import { Chain } from './Chain.tsx';
import { ConnectionList } from './ConnectionList.tsx';
import { Egress } from './Egress.tsx';
import { EntryDetail } from './EntryDetail.tsx';
import { EntryList } from './EntryList.tsx';
import { auditView } from './search.ts';
import { useVerification } from './useVerification.ts';

const route = getRouteApi('/audit');

export function AuditPage() {
  const { t } = useTranslation(['audit', 'frame']);
  const { client, queries } = useEngine();
  const format = useFormat();
  const navigate = useNavigate();
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const { view = 'log' } = route.useSearch();
  const state = useQuery(queries.audit.state.queryOptions());
  const verification = useVerification(state.data);
  const [selected, setSelected] = useState<AuditEntry | null>(null);
  const save = useMutation({ mutationFn: () => exportLog(client) });
  const title = t('frame:stations.audit');

  if (state.error) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <ErrorState error={state.error} onRetry={() => void state.refetch()} />
      </Page>
    );
  }
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={state.data?.since && t('facts', { count: state.data.entries, since: format.date(state.data.since) })}
        actions={
          <>
            {(save.error ?? verification.error) && <ErrorLine error={save.error ?? verification.error} />}
            <SegmentedFilter
              label={t('views.label')}
              value={view}
              onChange={(next) => void navigate({ to: '/audit', search: { view: next } })}
              segments={auditView.options.map((value) => ({ value, label: t(`views.${value}`) }))}
            />
            <Button leftSection={<IconDownload aria-hidden />} disabled={save.isPending} onClick={() => save.mutate()}>
              {t('export')}
            </Button>
            <Button
              leftSection={<IconShieldCheck aria-hidden />}
              disabled={verification.running}
              onClick={verification.run}
            >
              {t('verify')}
            </Button>
          </>
        }
      />
      <Columns
        side={
          <SidePanel label={t('egress.title')} width={small ? 352 : 376}>
            <Egress />
            {view === 'log' && (
              <>
                <EntryDetail entry={selected} />
                <Bundle />
              </>
            )}
          </SidePanel>
        }
      >
        {view === 'log' ? (
          <>
            <Chain state={state.data} verification={verification.latest} />
            <EntryList
              people={state.data?.people ?? []}
              intactUpTo={verification.latest?.broken?.seq ?? Number.POSITIVE_INFINITY}
              selected={selected}
              onSelect={setSelected}
            />
          </>
        ) : (
          <ConnectionList />
        )}
      </Columns>
    </Page>
  );
}

/** The whole log, oldest first, one JSON object in a line: what another program needs to recompute the chain. */
async function exportLog(client: Client): Promise<void> {
  const lines: string[] = [];
  for (let before: number | undefined; ; ) {
    const { entries } = await client.audit.entries({ limit: 500, ...(before === undefined ? {} : { before }) });
    lines.push(...entries.map((entry) => `${JSON.stringify(entry)}\n`));
    before = entries.at(-1)?.seq;
    if (entries.length < 500 || before === undefined) break;
  }
  download('audit-log.jsonl', 'application/json', lines.reverse());
}
