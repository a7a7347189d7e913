/** The page of the station Consent: the charter read as a document, and what this company says of it. */
import { Button } from '@mantine/core';
import { IconFileExport, IconWritingSign } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ConsentOverview } from '../../../src-main/contract/consent.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { Chip } from '../../parts/Chip.tsx';
import { download } from '../../parts/download.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Note } from '../../parts/Note.tsx';
import { Columns, Page, PageHeader, Scroll } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { AtCoordinator } from './AtCoordinator.tsx';
import { Changes } from './Changes.tsx';
import { Charter } from './Charter.tsx';
import classes from './ConsentPage.module.css';
import { ConsentPanel } from './ConsentPanel.tsx';
import { stateTones } from './state-tones.ts';
import { TakeIn } from './TakeIn.tsx';
import { useConsentLanguage } from './useConsentLanguage.ts';
import { Versions } from './Versions.tsx';

const route = getRouteApi('/consent');

export function ConsentPage() {
  const { t } = useTranslation(['consent', 'frame']);
  const { queries } = useEngine();
  const language = useConsentLanguage();
  const { data, error, refetch } = useQuery(queries.consent.read.queryOptions({ input: { language } }));
  const title = t('frame:stations.consent');
  return (
    <Page title={title}>
      {data === undefined ? (
        <>
          <PageHeader title={title} />
          {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        </>
      ) : data.consortium === null ? (
        <>
          <PageHeader title={title} />
          <NoConsortium />
        </>
      ) : data.charter === null ? (
        <NoCharter overview={data} title={title} />
      ) : (
        <Chartered overview={data} title={title} />
      )}
    </Page>
  );
}

function NoConsortium() {
  const { t } = useTranslation('consent');
  const navigate = useNavigate();
  return (
    <Empty
      icon={<IconWritingSign aria-hidden />}
      title={t('empty.title')}
      action={
        <Button variant="primary" onClick={() => void navigate({ to: '/settings' })}>
          {t('empty.act')}
        </Button>
      }
    >
      {t('empty.text')}
    </Empty>
  );
}

function NoCharter({ overview, title }: { overview: ConsentOverview; title: string }) {
  const { t } = useTranslation('consent');
  const name = overview.consortium?.name ?? '';
  return (
    <>
      <PageHeader title={title} facts={name} />
      <Scroll>
        <div className={classes.lead}>
          <p className="sentence">
            <span className="strong">{t('none.lead', { name })}</span>{' '}
            {t(overview.required ? 'none.required' : 'none.text')}
          </p>
        </div>
        <AtCoordinator may={overview.may.sign} where="above" />
        <AtCoordinator may={overview.may.sign} where="below" />
        <TakeIn may={overview.may.sign} />
      </Scroll>
    </>
  );
}

function Chartered({ overview, title }: { overview: ConsentOverview; title: string }) {
  const { t } = useTranslation('consent');
  const { queries } = useEngine();
  const format = useFormat();
  const { version: asked } = route.useSearch();
  const held = overview.charter!;
  const isEarlier = asked !== undefined && asked !== held.hash;
  const earlier = useQuery({
    ...queries.consent.readVersion.queryOptions({ input: { hash: asked ?? '' } }),
    enabled: isEarlier,
  });
  const shown = isEarlier ? earlier.data : held;
  const signed = held.partners.filter(({ signed: has }) => has).length;
  return (
    <>
      <PageHeader
        title={title}
        facts={
          <>
            <Chip>{t('version', { version: (shown ?? held).version })}</Chip>
            <span>
              {t('facts', {
                name: held.name,
                day: format.date(held.issued),
                signed: format.count(signed),
                count: held.partners.length,
              })}
            </span>
            <Status tone={stateTones[overview.state]}>{t(`state.${overview.state}`)}</Status>
          </>
        }
        actions={<Export hash={(shown ?? held).hash} />}
      />
      <Columns side={<ConsentPanel overview={overview} charter={held} />}>
        <Scroll>
          {isEarlier && (
            <div className={classes.note}>
              <Note tone="warn" action={<Link to="/consent">{t('earlier.back', { version: held.version })}</Link>}>
                {t('earlier.text', { version: shown?.version ?? 0 })}
              </Note>
            </div>
          )}
          {earlier.error && <ErrorState error={earlier.error} onRetry={() => void earlier.refetch()} />}
          <AtCoordinator may={overview.may.sign} where="above" />
          {shown && (
            <Charter charter={shown} company={overview.company ?? t('company')}>
              {!isEarlier && overview.state !== 'given' && overview.difference !== null && (
                <Changes difference={overview.difference} />
              )}
            </Charter>
          )}
          <AtCoordinator may={overview.may.sign} where="below" />
          <Versions overview={overview} shown={(shown ?? held).hash} />
          <TakeIn may={overview.may.sign} next={held.version + 1} />
        </Scroll>
      </Columns>
    </>
  );
}

function Export({ hash }: { hash: string }) {
  const { t } = useTranslation('consent');
  const { client } = useEngine();
  const save = useMutation({
    mutationFn: () => client.consent.export({ hash }),
    onSuccess: ({ fileName, json }) => download(fileName, 'application/json', [json]),
  });
  return (
    <>
      {save.error && <ErrorLine error={save.error} />}
      <Button leftSection={<IconFileExport aria-hidden />} loading={save.isPending} onClick={() => save.mutate()}>
        {t('export')}
      </Button>
    </>
  );
}
