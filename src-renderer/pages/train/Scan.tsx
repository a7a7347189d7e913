/** A scan over settings: which grid, how each setting does on the validation fold, and what follows from the best. */
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AloneSettings } from '../../../src-main/contract/training.ts';
import {
  defaultGrid,
  type ScanCell,
  type ScanGrid,
  type Scan as ScanReport,
  scanCells,
} from '../../../src-main/contract/tuning.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Scan.module.css';

type Props = { readonly settings: AloneSettings; readonly onSettings: (settings: AloneSettings) => void };

const grids = {
  small: { hidden: [[256], [512]], dropout: [0.5, 0.7] },
  usual: defaultGrid,
  wide: { hidden: [[128], [256], [512]], dropout: [0.3, 0.5, 0.7], inputDropout: [0.2, 0.4] },
} as const satisfies Readonly<Record<string, unknown>>;
type GridName = keyof typeof grids;

/** While a scan runs it is read again this often, in milliseconds. */
const livePace = 2_000;

export function Scan({ settings, onSettings }: Props) {
  const { t } = useTranslation(['tuning', 'train']);
  const { client, queries } = useEngine();
  const { running } = useJobs();
  const [name, setName] = useState<GridName>('usual');
  const grid = structuredClone(grids[name]) as unknown as ScanGrid;
  const job = running.find(({ kind }) => kind === 'scan');
  const { data: ready } = useQuery(queries.training.ready.queryOptions());
  const { data: scan } = useQuery({
    ...queries.tuning.newestScan.queryOptions(),
    refetchInterval: job === undefined ? false : livePace,
  });
  const start = useMutation({ mutationFn: () => client.tuning.scan({ settings, grid }) });
  const cancel = useMutation({ mutationFn: (id: string) => client.jobs.cancel({ id }) });
  const error = start.error ?? cancel.error;
  return (
    <Section title={t('scan.title')} facts={t('scan.facts')}>
      {scan ? <Outcome scan={scan} onSettings={onSettings} /> : <p className="small second">{t('scan.text')}</p>}
      <div className={classes.action}>
        {job ? (
          <Button size="small" disabled={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
            {t('scan.stop')}
          </Button>
        ) : (
          <>
            <SegmentedFilter
              label={t('scan.grid')}
              value={name}
              onChange={setName}
              segments={(Object.keys(grids) as GridName[]).map((value) => ({
                value,
                label: t(`scan.grids.${value}`),
                count: scanCells(settings, structuredClone(grids[value]) as unknown as ScanGrid).length,
              }))}
            />
            <Button size="small" disabled={!ready || start.isPending} onClick={() => start.mutate()}>
              {t('scan.start')}
            </Button>
          </>
        )}
        {error && <ErrorLine error={error} />}
      </div>
      {!job && <p className="small third">{t('scan.note')}</p>}
    </Section>
  );
}

function Outcome({ scan, onSettings }: { scan: ScanReport; onSettings: Props['onSettings'] }) {
  const { t } = useTranslation(['tuning', 'train']);
  const { client } = useEngine();
  const { running } = useJobs();
  const format = useFormat();
  const { cells, best, clearlyBetter } = scan;
  const withInterval = (
    value: number | null,
    interval: { readonly low: number; readonly high: number } | null,
    write: (value: number, decimals: number) => string,
  ) => {
    const range = interval && { low: write(interval.low, 3), high: write(interval.high, 3) };
    return value === null ? '–' : `${write(value, 3)}${range ? ` ${t('train:benefit.range', range)}` : ''}`;
  };
  const chosen = best === null ? undefined : cells[best];
  const finish = useMutation({ mutationFn: (runId: string) => client.tuning.finalFit({ runId }) });
  const finishes = running.some(({ kind }) => kind === 'final-fit');
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('scan.column.hidden')}</th>
            <th scope="col">{t('scan.column.dropout')}</th>
            <th scope="col">{t('scan.column.inputDropout')}</th>
            <th scope="col">{t('scan.column.aucPr')}</th>
            <th scope="col">{t('scan.column.against')}</th>
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => (
            <CellRow key={cell.position} cell={cell} best={cell.position === best} />
          ))}
        </tbody>
      </table>
      {chosen && (
        <>
          <Status tone={best !== 0 && clearlyBetter ? 'ok' : 'aside'} strong>
            {t(best === 0 ? 'scan.first' : clearlyBetter ? 'scan.clearly' : 'scan.notClearly')}
          </Status>
          <p className={`${classes.figures} small second`}>
            {t('scan.reached', { figure: withInterval(chosen.aucPr, chosen.aucPrInterval, format.decimal) })}
            {chosen.against &&
              ` ${t('scan.difference', { figure: withInterval(chosen.against.difference, chosen.against.interval, format.signed) })}`}{' '}
            {t('scan.optimistic')}
          </p>
          <div className={classes.action}>
            <Button size="small" onClick={() => onSettings(chosen.settings)}>
              {t('scan.use')}
            </Button>
            {chosen.runId !== null && (chosen.step ?? 0) > 0 && (
              <Button
                size="small"
                disabled={finishes || finish.isPending}
                onClick={() => finish.mutate(chosen.runId as string)}
              >
                {t(finishes ? 'scan.finishing' : 'scan.finish')}
              </Button>
            )}
            {finish.error && <ErrorLine error={finish.error} />}
          </div>
          <FinalModel taskSetId={scan.taskSetId} />
        </>
      )}
    </>
  );
}

function CellRow({ cell, best }: { cell: ScanCell; best: boolean }) {
  const { t } = useTranslation(['tuning', 'train']);
  const format = useFormat();
  const { settings, state, aucPr, aucPrInterval, against } = cell;
  const range = (interval: { readonly low: number; readonly high: number } | null | undefined, signed: boolean) =>
    interval
      ? t('train:means.interval', {
          low: signed ? format.signed(interval.low, 3) : format.decimal(interval.low, 3),
          high: signed ? format.signed(interval.high, 3) : format.decimal(interval.high, 3),
        })
      : undefined;
  return (
    <tr data-best={best || undefined}>
      <th scope="row">{settings.hidden.map(format.count).join(' → ')}</th>
      <td>{format.decimal(settings.dropout, 2)}</td>
      <td>{format.decimal(settings.inputDropout, 2)}</td>
      <td title={range(aucPrInterval, false)}>
        {state === 'done' ? (
          <span className={best ? 'strong' : undefined}>
            {aucPr === null ? '–' : format.decimal(aucPr, 3)}
            {best && <span className="unseen"> {t('scan.best')}</span>}
          </span>
        ) : (
          <span className="third">{t(`scan.state.${state}`)}</span>
        )}
      </td>
      <td title={range(against?.interval, true)}>
        {against?.difference == null ? <span className="third">–</span> : format.signed(against.difference, 3)}
      </td>
    </tr>
  );
}

/** Its figure on the validation fold is absent: it has learnt from it. */
function FinalModel({ taskSetId }: { taskSetId: number }) {
  const { t } = useTranslation(['tuning', 'train']);
  const { queries } = useEngine();
  const format = useFormat();
  const { data: models = [] } = useQuery(queries.training.models.queryOptions({ input: { kind: 'final' } }));
  const model = models.find((known) => known.taskSetId === taskSetId);
  const { data: means } = useQuery({
    ...queries.training.means.queryOptions({ input: { modelId: model?.id ?? '' } }),
    enabled: model !== undefined,
  });
  if (model === undefined || !means) return null;
  const { aucPr } = means.test;
  return (
    <p className="small second">
      {t('scan.final', { steps: model.step, value: aucPr === null ? '–' : format.decimal(aucPr, 3) })}
    </p>
  );
}
