/** The page of the station People: who has an account in which role, whose key is whose, and how that is changed. */
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../src-main/contract/people.ts';
import { roleMay } from '../../../src-main/contract/permissions.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useWorkspace } from '../../app/workspace.tsx';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Note } from '../../parts/Note.tsx';
import { Columns, Page, PageHeader, Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { AccountState } from './AccountState.tsx';
import { AddPerson } from './AddPerson.tsx';
import classes from './PeoplePage.module.css';
import { PersonPanel } from './PersonPanel.tsx';

const filters = ['inUse', 'disabled', 'all'] as const;
type Filter = (typeof filters)[number];

const passes = ({ disabledAt }: Account, filter: Filter): boolean =>
  filter === 'all' || (filter === 'disabled') === (disabledAt !== null);

export function PeoplePage() {
  const { t } = useTranslation(['people', 'frame']);
  const { queries } = useEngine();
  const { person } = useWorkspace();
  const [filter, setFilter] = useState<Filter>('inUse');
  const [chosen, setChosen] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery(queries.people.list.queryOptions());
  const columns = useColumns(person.id);
  const title = t('frame:stations.people');

  if (error) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  const accounts = data ?? [];
  const shown = accounts.filter((account) => passes(account, filter));
  const selected = shown.find(({ id }) => id === chosen) ?? shown.find(({ id }) => id === person.id) ?? shown[0];
  const inUse = accounts.filter(({ disabledAt }) => disabledAt === null).length;
  const mayChange = roleMay(person.role, 'people.add');
  const added = ({ id }: Account) => {
    setAdding(false);
    setFilter('inUse');
    setChosen(id);
  };
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={
          data && (
            <>
              {t('page.facts', { count: inUse })}
              {accounts.length > inUse && ` · ${t('page.disabled', { count: accounts.length - inUse })}`}
              {!mayChange && ` · ${t('page.notYours')}`}
            </>
          )
        }
        actions={
          mayChange && (
            <Button variant="primary" disabled={adding} onClick={() => setAdding(true)}>
              {t('page.add')}
            </Button>
          )
        }
      />
      <Columns
        side={
          adding ? (
            <AddPerson onAdded={added} onCancel={() => setAdding(false)} />
          ) : (
            selected && (
              <PersonPanel
                key={selected.id}
                account={selected}
                mayChange={mayChange}
                isOwn={selected.id === person.id}
              />
            )
          )
        }
      >
        <Toolbar>
          <SegmentedFilter
            label={t('filter.label')}
            value={filter}
            onChange={setFilter}
            segments={filters.map((value) => ({
              value,
              label: t(`filter.${value}`),
              count: accounts.filter((account) => passes(account, value)).length,
            }))}
          />
        </Toolbar>
        {inUse === 1 && mayChange && (
          <div className={classes.alone}>
            <Note tone="plain">
              <span className="strong">{t('alone.title')}</span> {t('alone.text')}
            </Note>
          </div>
        )}
        <DataGrid
          label={t('page.list')}
          columns={columns}
          rows={data === undefined ? grey : shown}
          rowKey={({ id }) => id}
          selected={adding ? null : (selected?.id ?? null)}
          onSelect={({ id }) => {
            setAdding(false);
            setChosen(id);
          }}
          quiet={({ disabledAt }) => disabledAt !== null}
          empty={<p className={classes.none}>{t('empty')}</p>}
        />
      </Columns>
    </Page>
  );
}

const grey = Array.from({ length: 3 }, () => undefined);

function useColumns(own: string): readonly GridColumn<Account>[] {
  const { t } = useTranslation(['people', 'frame']);
  const format = useFormat();
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  return useMemo(
    () => [
      {
        id: 'name',
        head: t('column.name'),
        width: 'minmax(150px, 1fr)',
        cell: ({ id, name }) => (
          <>
            <span className="name">{name}</span>
            {id === own && <span className="third"> {t('page.you')}</span>}
          </>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'role',
        head: t('column.role'),
        width: 132,
        cell: ({ role }) => t(`frame:roles.${role}`),
        text: ({ role }) => role,
      },
      {
        id: 'key',
        head: t('column.key'),
        width: 'minmax(190px, 1.2fr)',
        cell: ({ fingerprint }) =>
          fingerprint === null ? (
            <span className="third">–</span>
          ) : (
            <span className="small second">{fingerprint.words.slice(0, 4).join(' ')} …</span>
          ),
        text: ({ fingerprint }) => fingerprint?.words.join(' ') ?? '',
      },
      ...(small
        ? []
        : [
            {
              id: 'by',
              head: t('column.by'),
              width: 'minmax(110px, 0.7fr)',
              cell: ({ addedBy }: Account) => (
                <span className="second">{addedBy === 'engine' ? t('page.engine') : addedBy}</span>
              ),
              text: ({ addedBy }: Account) => addedBy,
            },
          ]),
      {
        id: 'added',
        head: t('column.added'),
        width: 96,
        align: 'end',
        cell: ({ addedAt }) => <span title={format.exact(addedAt)}>{format.when(addedAt)}</span>,
        text: ({ addedAt }) => addedAt,
      },
      {
        id: 'state',
        head: t('column.state'),
        width: small ? 146 : 180,
        cell: (account) => <AccountState account={account} />,
        text: ({ disabledAt }) => (disabledAt === null ? 'in use' : 'disabled'),
      },
    ],
    [t, format, small, own],
  );
}
