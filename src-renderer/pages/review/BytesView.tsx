/** The third depth of Review: the bytes that leave, window by window, beside the numbers that stay. */
import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconChevronsLeft, IconChevronsRight } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageView } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { bytesOf, downloadStream } from '../../parts/download.ts';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Toolbar } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './BytesView.module.css';
import { type HexLine, hexLines, lineBytes, soughtBytes, windowBytes, windowOf } from './hex.ts';

export function BytesView({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const { queries } = useEngine();
  const format = useFormat();
  const [offset, setOffset] = useState(0);
  const total = frozen.bytes;
  const { data, error, refetch } = useQuery({
    ...queries.release.bytes.queryOptions({ input: { hash: frozen.hash, offset, length: windowBytes } }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    meta: { fixed: true },
  });
  const [found, setFound] = useState<Found | null>(null);
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const wide = useMediaQuery('(min-width: 1680px)') ?? false;
  const { bytesPerNumber } = frozen.manifest.content.payload;
  const bytesPerLine = lineBytes(bytesPerNumber, small ? 8 : wide ? 24 : 16);
  /** A long line is cut between two numbers, as the short ones are. */
  const half = bytesPerLine > 8 ? bytesPerLine / 2 : bytesPerLine;
  const lines = useMemo(() => (data === undefined ? undefined : hexLines(data, bytesPerLine)), [data, bytesPerLine]);
  const tensors = useMemo(() => tensorStarts(frozen), [frozen]);
  const here = tensors.findLast(({ start }) => start <= offset)?.name ?? null;

  const columns = useMemo<readonly GridColumn<HexLine>[]>(
    () => [
      {
        id: 'offset',
        head: t('bytes.position'),
        width: 98,
        align: 'end',
        cell: ({ offset: at }) => <span className="code third">{format.count(at)}</span>,
        text: ({ offset: at }) => String(at),
      },
      {
        id: 'masked',
        head: t('bytes.masked'),
        width: small ? 200 : wide ? 536 : 352,
        cell: ({ offset: at, bytes }) => (
          <span className={`${classes.hex} code`}>
            <Hex bytes={bytes.slice(0, half)} at={at} found={found} />
            <Hex bytes={bytes.slice(half)} at={at + half} found={found} />
          </span>
        ),
        text: ({ bytes }) => bytes.join(' '),
      },
      {
        id: 'encoded',
        head: t('bytes.encoded'),
        width: small ? 'minmax(260px, 1fr)' : 'minmax(396px, 1fr)',
        cell: ({ encoded }) => (
          <span
            className={`${classes.clear} ${classes.numbers} code second`}
            style={{
              gridTemplateColumns: `repeat(${encoded.length}, ${bytesPerNumber > 2 ? 'minmax(84px, 96px)' : 'minmax(44px, 56px)'})`,
            }}
          >
            {encoded.map((number, position) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a number is its place in the line
              <span key={position}>{format.count(number)}</span>
            ))}
          </span>
        ),
        text: ({ encoded }) => encoded.join(' '),
      },
    ],
    [t, format, small, wide, bytesPerNumber, half, found],
  );
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;

  const end = Math.min(offset + windowBytes, total);
  const go = (byte: number) => setOffset(windowOf(byte, total));
  return (
    <>
      <Toolbar
        end={
          <>
            <span className={classes.label}>{t('bytes.offset')}</span>
            <NumberField
              label={t('bytes.offset')}
              value={offset}
              step={windowBytes}
              min={0}
              max={Math.max(0, total - 1)}
              onChange={go}
            />
          </>
        }
      >
        <Turn label={t('bytes.first')} disabled={offset === 0} onClick={() => go(0)}>
          <IconChevronsLeft aria-hidden />
        </Turn>
        <Turn label={t('bytes.previous')} disabled={offset === 0} onClick={() => go(offset - windowBytes)}>
          <IconChevronLeft aria-hidden />
        </Turn>
        <Turn label={t('bytes.next')} disabled={end >= total} onClick={() => go(offset + windowBytes)}>
          <IconChevronRight aria-hidden />
        </Turn>
        <Turn label={t('bytes.last')} disabled={end >= total} onClick={() => go(total - 1)}>
          <IconChevronsRight aria-hidden />
        </Turn>
        <span className={classes.label} role="status">
          {t('bytes.window', { from: offset, to: Math.max(offset, end - 1), total })}
        </span>
        <Select
          aria-label={t('bytes.tensor')}
          className={classes.tensor}
          data={tensors.map(({ name }) => ({ value: name, label: name }))}
          value={here}
          onChange={(name) => go(tensors.find((tensor) => tensor.name === name)?.start ?? 0)}
        />
      </Toolbar>
      <Search
        frozen={frozen}
        onFound={(place) => {
          setFound(place);
          if (place !== null) go(place.offset);
        }}
      />
      <DataGrid
        label={t('bytes.label', { from: offset, to: Math.max(offset, end - 1), total })}
        columns={columns}
        rows={lines ?? grey}
        rowKey={(line) => String(line.offset)}
        rowHeight={24}
      />
      <p className={classes.note}>{t('bytes.note')}</p>
    </>
  );
}

type Found = { readonly offset: number; readonly length: number };

/** Looks through all bytes that leave, not only those in sight: for an ID or a structure as text, or for bytes. */
function Search({ frozen, onFound }: { frozen: PackageView; onFound: (place: Found | null) => void }) {
  const { t } = useTranslation('review');
  const { client } = useEngine();
  const [text, setText] = useState('');
  const search = useMutation({
    mutationFn: async (from: number) => {
      const sought = soughtBytes(text);
      const asked = { hash: frozen.hash, sought: btoa(String.fromCharCode(...sought)), from };
      const { offset } = await client.release.readPlace(asked);
      return offset === null ? null : { offset, length: sought.length };
    },
    onSuccess: onFound,
  });
  const last = search.data;
  const known = search.isSuccess && !search.isPending;
  return (
    <Toolbar end={<Export frozen={frozen} />}>
      <form
        className={classes.search}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') search.mutate(last ? last.offset + 1 : 0);
        }}
      >
        <TextInput
          size="small"
          className={classes.sought}
          aria-label={t('bytes.search')}
          placeholder={t('bytes.search')}
          maxLength={200}
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            search.reset();
            onFound(null);
          }}
        />
        <Button type="submit" size="small" disabled={text.trim() === '' || search.isPending}>
          {t(last ? 'bytes.searchNext' : 'bytes.searchAct')}
        </Button>
        <span role="status">
          {known && last && <Status tone="warn">{t('bytes.foundAt', { offset: last.offset })}</Status>}
          {known && last === null && (
            <Status tone="ok">
              {search.variables === 0 ? t('bytes.notFound', { total: frozen.bytes }) : t('bytes.notFurther')}
            </Status>
          )}
        </span>
        {search.error && <ErrorLine error={search.error} />}
      </form>
    </Toolbar>
  );
}

function Export({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const { client } = useEngine();
  const save = useMutation({
    mutationFn: async () =>
      downloadStream(
        `${frozen.name}-masked.bin`,
        bytesOf(await client.release.exportBytes({ hash: frozen.hash })),
        'application/octet-stream',
      ),
  });
  return (
    <>
      <Button size="small" disabled={save.isPending} onClick={() => save.mutate()}>
        {t('bytes.export')}
      </Button>
      {save.error && <ErrorLine error={save.error} />}
    </>
  );
}

function Hex({ bytes, at, found }: { bytes: readonly string[]; at: number; found: Found | null }) {
  const isFound = (place: number) => found !== null && place >= found.offset && place < found.offset + found.length;
  if (!bytes.some((_, place) => isFound(at + place))) return <span>{bytes.join(' ')}</span>;
  return (
    <span>
      {bytes.map((byte, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a byte is its place in the line
        <Fragment key={place}>
          {place > 0 && ' '}
          {isFound(at + place) ? <mark>{byte}</mark> : byte}
        </Fragment>
      ))}
    </span>
  );
}

const grey = Array.from({ length: 16 }, () => undefined);

type TurnProps = {
  readonly label: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
};

function Turn({ label, disabled, onClick, children }: TurnProps) {
  return (
    <ActionIcon size={24} aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}

/** At which byte each tensor begins: they lie one after the other. */
function tensorStarts({ manifest }: PackageView): readonly { readonly name: string; readonly start: number }[] {
  let start = 0;
  return manifest.content.tensors.map(({ name, bytes }) => {
    const tensor = { name, start };
    start += bytes;
    return tensor;
  });
}
