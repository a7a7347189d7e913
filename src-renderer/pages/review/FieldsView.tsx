/** The second depth of Review: every field of the frozen document, what it is, and whether it crosses the boundary. */
import { TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageField, PackageView } from '../../../src-main/contract/release.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { Toolbar } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './FieldsView.module.css';
import { fieldMeaning } from './field-meaning.ts';
import { fieldValue } from './field-value.ts';

const crossings = ['all', 'leaves', 'known', 'stays'] as const;
type Filter = (typeof crossings)[number];
const tones: Readonly<Record<PackageField['crossing'], Tone>> = { leaves: 'moves', known: 'ok', stays: 'aside' };

export function FieldsView({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');

  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return frozen.fields
      .filter(({ crossing }) => filter === 'all' || crossing === filter)
      .filter(({ path, value }) => `${path} ${value}`.toLowerCase().includes(wanted));
  }, [frozen.fields, filter, search]);

  const columns = useMemo<readonly GridColumn<PackageField>[]>(
    () => [
      {
        id: 'path',
        head: t('fields.path'),
        width: small ? 'minmax(190px, 1fr)' : 'minmax(200px, 1.2fr)',
        cell: ({ path }) => <span className="code">{path}</span>,
        text: ({ path }) => path,
      },
      {
        id: 'value',
        head: t('fields.value'),
        width: small ? 'minmax(130px, 0.8fr)' : 'minmax(150px, 1fr)',
        cell: ({ value, path }) =>
          typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? (
            <Hash value={value} ends={6} />
          ) : (
            <span title={String(value)}>{fieldValue(value, path, format)}</span>
          ),
        text: ({ value }) => String(value),
      },
      {
        id: 'crossing',
        head: t('fields.crossing'),
        width: small ? 130 : 190,
        cell: ({ crossing }) => (
          <Status tone={tones[crossing]} title={t(`fields.crossed.${crossing}`)}>
            {t(small && crossing === 'known' ? 'fields.filter.known' : `fields.crossed.${crossing}`)}
          </Status>
        ),
      },
      {
        id: 'meaning',
        head: t('fields.meaning'),
        width: small ? 'minmax(230px, 1.6fr)' : 'minmax(180px, 1.4fr)',
        cell: ({ path }) => {
          const meaning = fieldMeaning(path);
          return <span className="small second">{meaning === undefined ? '' : t(`fields.means.${meaning}`)}</span>;
        },
      },
    ],
    [t, format, small],
  );

  return (
    <>
      <Toolbar
        end={
          <TextInput
            className={classes.search}
            aria-label={t('fields.search')}
            placeholder={t('fields.search')}
            leftSection={<IconSearch aria-hidden />}
            value={search}
            onChange={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        }
      >
        <SegmentedFilter
          label={t('fields.filter.label')}
          value={filter}
          onChange={setFilter}
          segments={crossings.map((value) => ({
            value,
            label: t(`fields.filter.${value}`),
            count: frozen.fields.filter(({ crossing }) => value === 'all' || crossing === value).length,
          }))}
        />
      </Toolbar>
      <DataGrid
        label={t('fields.label', { name: frozen.name })}
        columns={columns}
        rows={shown}
        rowKey={({ path }) => path}
        rowHeight={28}
        empty={<p className={classes.none}>{t('fields.none')}</p>}
      />
    </>
  );
}
