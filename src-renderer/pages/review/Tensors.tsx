/**
 * The tensors before the mask: shape, bytes, distribution against the last approved package, norm, clipped share. Most
 * numbers of a change are zero, so counts are drawn by their logarithm: else nothing but that bar could be seen.
 */
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { PackageManifest, PackageView } from '../../../src-main/contract/release.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Histogram } from '../../parts/Histogram.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './Tensors.module.css';

type Tensor = PackageManifest['content']['tensors'][number];

export function Tensors({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  const { tensors } = frozen.manifest.content;
  const last = frozen.manifest.last?.name;
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const wide = useMediaQuery('(min-width: 1680px)') ?? false;
  const histogramWidth = wide ? 400 : small ? 64 : 112;
  const heldBack = tensors.some(({ rowsHeldBack }) => rowsHeldBack !== null);

  const columns: GridColumn<Tensor>[] = [
    {
      id: 'name',
      head: t('tensors.name'),
      width: 'minmax(136px, 1fr)',
      cell: ({ name, meaning }) => (
        <span className={classes.name}>
          <span className="code cut">{name}</span>
          <span className={classes.meaning}>{t(`tensors.meaning.${meaningKey(meaning)}`)}</span>
        </span>
      ),
      text: ({ name }) => name,
    },
    {
      id: 'shape',
      head: t('tensors.shape'),
      width: 106,
      align: 'end',
      cell: ({ shape }) => <span className="small second">{shape.map(format.count).join(' × ')}</span>,
      text: ({ shape }) => shape.join(' '),
    },
    {
      id: 'numbers',
      head: t('tensors.numbers'),
      width: 92,
      align: 'end',
      cell: ({ numbers }) => format.count(numbers),
      text: ({ numbers }) => String(numbers),
    },
    {
      id: 'bytes',
      head: t('tensors.bytes'),
      width: small ? 92 : 100,
      align: 'end',
      cell: ({ bytes }) => format.count(bytes),
      text: ({ bytes }) => String(bytes),
    },
    {
      id: 'distribution',
      head: t('tensors.distribution'),
      width: histogramWidth + 20,
      cell: (tensor) => (
        <Histogram
          label={t('tensors.histogram', {
            name: tensor.name,
            from: format.decimal(tensor.histogram.from, 4),
            to: format.decimal(tensor.histogram.to, 4),
            clipped: format.percent(tensor.clippedShare, 2),
          })}
          bins={tensor.histogram.bins.map(Math.log1p)}
          line={frozen.lastHistograms[tensor.name]?.bins.map(Math.log1p)}
          clippedEnds
          width={histogramWidth}
        />
      ),
    },
    {
      id: 'norm',
      head: last === undefined ? t('tensors.norm') : t('tensors.normSince', { last }),
      width: small ? 112 : 118,
      align: 'end',
      cell: ({ name, norm }) => {
        const before = frozen.lastNorms[name];
        return (
          <>
            {format.decimal(norm, 3)}
            {before !== undefined && before > 0 && (
              <span className={classes.change}>{signedPercent(norm / before - 1, format.percent)}</span>
            )}
          </>
        );
      },
      text: ({ norm }) => String(norm),
    },
    {
      id: 'clipped',
      head: t('tensors.clipped'),
      width: 92,
      align: 'end',
      cell: ({ clippedShare }) => format.percent(clippedShare, 2),
      text: ({ clippedShare }) => String(clippedShare),
    },
    ...(heldBack
      ? [
          {
            id: 'held-back',
            head: t('tensors.heldBack'),
            width: 92,
            align: 'end' as const,
            cell: ({ rowsHeldBack }: Tensor) => (
              <span className="small second">
                {rowsHeldBack === null ? '–' : t('tensors.rows', { rows: rowsHeldBack })}
              </span>
            ),
          },
        ]
      : []),
  ];

  const widths = columns.map(({ width }) => (typeof width === 'number' ? `${width}px` : width)).join(' ');
  const numbers = tensors.reduce((sum, tensor) => sum + tensor.numbers, 0);
  const clipped = tensors.reduce((sum, tensor) => sum + tensor.clippedShare * tensor.numbers, 0);
  return (
    <Section
      title={t('tensors.title')}
      facts={last === undefined ? t('tensors.first') : t('tensors.compared', { last })}
      flush
    >
      <DataGrid
        label={t('tensors.title')}
        columns={columns}
        rows={tensors}
        rowKey={({ name }) => name}
        rowHeight={36}
        fit
        footer={
          <div className={classes.sum} data-held={heldBack || undefined} style={{ gridTemplateColumns: widths }}>
            <span>{t('tensors.all')}</span>
            <span className="number">{format.count(numbers)}</span>
            <span className="number">{format.count(tensors.reduce((sum, { bytes }) => sum + bytes, 0))}</span>
            <span className={classes.manifest}>
              {t('tensors.manifest', { bytes: format.bytes(frozen.manifestBytes) })}
            </span>
            <span className="number">{format.percent(numbers === 0 ? 0 : clipped / numbers, 2)}</span>
          </div>
        }
      />
    </Section>
  );
}

const meaningKey = (meaning: string) =>
  meaning === 'tensor.per-unit' || meaning === 'tensor.bit-to-unit' || meaning === 'tensor.row-touched'
    ? meaning
    : 'tensor.unit-to-unit';

/** Whole percent with its sign, as one compares two rounds. */
function signedPercent(share: number, percent: (share: number) => string): string {
  const whole = Math.round(share * 100) / 100;
  return whole === 0 ? percent(0) : `${whole > 0 ? '+' : ''}${percent(whole)}`;
}
