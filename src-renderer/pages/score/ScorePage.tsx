/** The page of the station Score: compounds in, a sheet of probabilities and values out, in the order of the input. */
import { Button, Menu, Popover, Select } from '@mantine/core';
import { IconDownload, IconEraser, IconGauge, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ExportFormat,
  exportFormat,
  type Sheet,
  type SheetTask,
  type TaskReference,
} from '../../../src-main/contract/scoring.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { useJobs } from '../../app/jobs.tsx';
import { bytesOf, downloadStream } from '../../parts/download.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorLine, ErrorState } from '../../parts/ErrorState.tsx';
import { Page, PageHeader, Scroll } from '../../parts/Page.tsx';
import { EntryForm } from './EntryForm.tsx';
import classes from './ScorePage.module.css';
import { SheetView } from './SheetView.tsx';
import { sheetFile, sheetName } from './sheet-name.ts';

const route = getRouteApi('/score');

export function ScorePage() {
  const { t } = useTranslation(['score', 'frame']);
  const { queries } = useEngine();
  const navigate = useNavigate();
  const { sheet: asked, task: askedTask, kind = 'class', enter = false } = route.useSearch();
  const { running } = useJobs();
  const scoring = running.some(({ kind }) => kind === 'score');
  const pace = scoring ? 700 : false;
  const sheets = useQuery({ ...queries.scoring.sheets.queryOptions(), refetchInterval: pace });
  const models = useQuery(queries.scoring.models.queryOptions());
  const id = asked ?? sheets.data?.[0]?.id;
  const opened = useQuery({
    ...queries.scoring.sheet.queryOptions({ input: { sheetId: id ?? '' } }),
    enabled: id !== undefined,
    refetchInterval: pace,
  });
  const title = t('frame:stations.score');
  const error = sheets.error ?? models.error;

  if (error) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <ErrorState error={error} onRetry={() => void Promise.all([sheets.refetch(), models.refetch()])} />
      </Page>
    );
  }
  if (sheets.data === undefined || models.data === undefined) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
      </Page>
    );
  }
  if (models.data.every(({ usable }) => !usable) && sheets.data.length === 0) {
    return (
      <Page title={title}>
        <PageHeader title={title} />
        <Empty
          icon={<IconGauge aria-hidden />}
          title={t('noModel.title')}
          action={
            <Button variant="primary" onClick={() => void navigate({ to: '/train' })}>
              {t('noModel.action')}
            </Button>
          }
        >
          {models.data.length > 0 ? t('noModel.unusable') : t('noModel.text')}
        </Empty>
      </Page>
    );
  }
  const entering = enter || id === undefined;
  const sheet = opened.data;
  const tasks = byLabels(sheet?.tasks ?? []);
  const task = tasks.find((one) => one.taskId === askedTask && one.kind === kind) ?? tasks[0];
  return (
    <Page title={title}>
      <PageHeader
        title={title}
        facts={!entering && sheet && <Facts sheet={sheet} scoring={scoring} />}
        actions={
          <>
            {sheets.data.length > 1 && !entering && <History sheets={sheets.data} sheet={id} />}
            {sheets.data.length > 0 && <Clear sheets={sheets.data.length} />}
            {!entering && sheet && <Export sheet={sheet} task={task} />}
            {!entering && (
              <Button
                variant="primary"
                leftSection={<IconPlus aria-hidden />}
                onClick={() => void navigate({ to: '/score', search: { enter: true } })}
              >
                {t('scoreMore')}
              </Button>
            )}
          </>
        }
      />
      {entering ? (
        <Scroll>
          <EntryForm
            onCancel={sheets.data.length > 0 ? () => void navigate({ to: '/score', search: {} }) : undefined}
          />
        </Scroll>
      ) : opened.error ? (
        <ErrorState error={opened.error} onRetry={() => void opened.refetch()} />
      ) : (
        sheet && (
          <SheetView
            key={sheet.id}
            sheet={sheet}
            tasks={tasks}
            task={task}
            scoring={scoring}
            onTask={({ kind, taskId }) =>
              void navigate({ to: '/score', search: { sheet: sheet.id, task: taskId, kind } })
            }
          />
        )
      )}
    </Page>
  );
}

/** Tasks with most labels first, since those are known best; auxiliary ones, which nobody has evaluated, after all others. */
const byLabels = (tasks: readonly SheetTask[]): readonly SheetTask[] =>
  [...tasks].sort(
    (one, other) =>
      Number(one.kind === 'value') - Number(other.kind === 'value') ||
      Number(one.auxiliary) - Number(other.auxiliary) ||
      other.labels - one.labels ||
      thresholdOf(one) - thresholdOf(other),
  );

const thresholdOf = (task: SheetTask): number => (task.kind === 'class' ? task.threshold : 0);

function Facts({ sheet, scoring }: { sheet: Sheet; scoring: boolean }) {
  const { t } = useTranslation('score');
  const { client } = useEngine();
  const format = useFormat();
  const save = useMutation({
    mutationFn: async () =>
      downloadStream(`${sheetFile(sheet)}-unreadable.csv`, await client.scoring.exportFailures({ sheetId: sheet.id })),
  });
  const parts = [
    t('facts.records', { count: sheet.compounds }),
    t('facts.scored', { count: sheet.scored }),
    ...(sheet.failed > 0 ? [t('facts.unreadable', { count: sheet.failed })] : []),
    ...(sheet.duplicates > 0 ? [t('facts.duplicates', { count: sheet.duplicates })] : []),
  ];
  return (
    <>
      <span className="cut" title={sheetName(sheet, format)}>
        {sheetName(sheet, format)} · {parts.join(t('facts.join'))}
      </span>
      {sheet.failed > 0 && !scoring && (
        <button type="button" className={classes.link} onClick={() => save.mutate()}>
          {t('downloadFailures', { count: sheet.failed })}
        </button>
      )}
      {save.error && <ErrorLine error={save.error} />}
    </>
  );
}

function History({ sheets, sheet }: { sheets: readonly Sheet[]; sheet: string | undefined }) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <Select
      aria-label={t('sheet')}
      className={classes.history}
      value={sheet ?? null}
      data={sheets.map((one) => ({
        value: one.id,
        label: one.name === '' ? sheetName(one, format) : `${one.name}, ${format.moment(one.createdAt)}`,
      }))}
      onChange={(id) => id !== null && void navigate({ to: '/score', search: { sheet: id } })}
    />
  );
}

const mediaTypes = {
  csv: 'text/csv',
  sdf: 'chemical/x-mdl-sdfile',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

function Export({ sheet, task }: { sheet: Sheet & { tasks: readonly SheetTask[] }; task: SheetTask | undefined }) {
  const { t } = useTranslation('score');
  const { client } = useEngine();
  const save = useMutation({
    mutationFn: async ({ format, tasks }: { format: ExportFormat; tasks: TaskReference[] | null }) => {
      const pieces = await client.scoring.export({ sheetId: sheet.id, tasks, format });
      await downloadStream(
        `${sheetFile(sheet)}-scores.${format}`,
        format === 'xlsx' ? bytesOf(pieces) : pieces,
        mediaTypes[format],
      );
    },
  });
  const scopes: readonly { readonly name: string; readonly tasks: TaskReference[] | null }[] = [
    ...(task === undefined ? [] : [{ name: t('exportThis'), tasks: [{ kind: task.kind, taskId: task.taskId }] }]),
    { name: t('exportAll', { count: sheet.tasks.length }), tasks: null },
  ];
  return (
    <>
      {save.error && <ErrorLine error={save.error} />}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<IconDownload aria-hidden />} disabled={sheet.scored === 0 || save.isPending}>
            {t('export', { count: sheet.scored })}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {scopes.map(({ name, tasks }) => (
            <Fragment key={name}>
              <Menu.Label>{name}</Menu.Label>
              {exportFormat.options.map((format) => (
                <Menu.Item key={format} onClick={() => save.mutate({ format, tasks })}>
                  {t(`exportFormat.${format}`)}
                </Menu.Item>
              ))}
            </Fragment>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** Removing cannot be undone, so what it does is said before it is done. */
function Clear({ sheets }: { sheets: number }) {
  const { t } = useTranslation('score');
  const { client } = useEngine();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const clear = useMutation({
    mutationFn: () => client.scoring.clear({ sheetId: null }),
    onSuccess: async () => {
      setOpen(false);
      await navigate({ to: '/score', search: {} });
      void cache.invalidateQueries();
    },
  });
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="quiet" leftSection={<IconEraser aria-hidden />} onClick={() => setOpen(!open)}>
          {t('clear.button')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.clear}>
          <p className="small">{t('clear.text', { count: sheets })}</p>
          <Button size="small" disabled={clear.isPending} onClick={() => clear.mutate()}>
            {t('clear.act', { count: sheets })}
          </Button>
          {clear.error && <ErrorLine error={clear.error} />}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
