/** What consortium files say: of the assays measured here, and the catalogue that all partners hold alike. */
import { Button, Menu } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { knownError } from '../../link/errors.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Note } from '../../parts/Note.tsx';
import classes from './TasksPage.module.css';
import { textOf } from './text-file.ts';

type Given = { readonly name: string; readonly text: string };

/** The menu for the page's header, and what came of it for the place under the header. */
export function useFromFile(): { readonly menu: ReactNode; readonly outcome: ReactNode } {
  const { t } = useTranslation('tasks');
  const { client, queries } = useEngine();
  const format = useFormat();
  const cache = useQueryClient();
  const { data } = useQuery(queries.tasks.list.queryOptions({ input: {} }));
  const onSuccess = () => {
    void cache.invalidateQueries({ queryKey: queries.tasks.detail.key() });
    void cache.invalidateQueries({ queryKey: queries.tasks.list.key() });
  };
  const annotate = useMutation({ mutationFn: (file: Given) => client.tasks.annotateFromFile(file), onSuccess });
  const catalogue = useMutation({ mutationFn: (file: Given) => client.tasks.setCatalogue(file), onSuccess });
  const assaysFile = useRef<HTMLInputElement>(null);
  const catalogueFile = useRef<HTMLInputElement>(null);
  const begin = (work: typeof annotate | typeof catalogue, given: Given) => {
    annotate.reset();
    catalogue.reset();
    work.mutate(given);
  };
  const chosen = (work: typeof annotate | typeof catalogue) => (file: File) =>
    void textOf(file).then((text) => begin(work, { name: file.name, text: text || emptyFile }));
  const busy = annotate.isPending || catalogue.isPending;
  const present = data?.catalogue ?? null;

  const menu = (
    <>
      <HiddenFile field={assaysFile} label={t('fromFile.assays')} onChoose={chosen(annotate)} />
      <HiddenFile field={catalogueFile} label={t('fromFile.catalogue')} onChoose={chosen(catalogue)} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="quiet" disabled={busy} leftSection={<IconFileImport aria-hidden />}>
            {busy ? t('fromFile.reading') : t('fromFile.menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => assaysFile.current?.click()}>{t('fromFile.assays')}</Menu.Item>
          <Menu.Item onClick={() => catalogueFile.current?.click()}>{t('fromFile.catalogue')}</Menu.Item>
          {present !== null && (
            <Menu.Item onClick={() => begin(catalogue, { name: present.name, text: '' })}>
              {t('fromFile.without', { name: present.name })}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );

  const error = annotate.error ?? catalogue.error;
  const said =
    annotate.data !== undefined
      ? [
          t('fromFile.assaysSaid', { name: annotate.variables.name, count: annotate.data.assays }),
          annotate.data.unknown > 0 && t('fromFile.unknown', { count: annotate.data.unknown }),
        ]
      : catalogue.data === undefined
        ? []
        : catalogue.variables.text === ''
          ? [t('fromFile.catalogueGone', { name: catalogue.variables.name })]
          : [
              t('fromFile.catalogueSaid', {
                name: catalogue.variables.name,
                count: catalogue.data.tasks,
                thresholds: catalogue.data.thresholds
                  .map((threshold) => format.decimal(threshold, threshold % 1 === 0 ? 0 : 2))
                  .join(t('reason.shareJoin')),
              }),
            ];
  const words: string[] = said.filter((sentence) => sentence !== false);
  const nothing = annotate.data?.assays === 0;
  if (!nothing && words.length > 0 && (data?.taskSet ?? null) !== null) words.push(t('fromFile.next'));
  const close = (
    <Button
      size="small"
      variant="quiet"
      onClick={() => {
        annotate.reset();
        catalogue.reset();
      }}
    >
      {t('fromFile.close')}
    </Button>
  );
  const outcome =
    error === null && words.length === 0 ? null : (
      <div className={classes.outcome}>
        <Note tone={error !== null ? 'bad' : nothing ? 'warn' : 'ok'} live action={close}>
          {error !== null ? <Refusal error={error} /> : words.join(t('fromFile.sentenceJoin'))}
        </Note>
      </div>
    );
  return { menu, outcome };
}

/** An empty text would mean: without a catalogue. */
const emptyFile = '\n';

/** Why the engine refuses a cell or a file, where it isn't the list of what a cell may hold. */
const refusals = [
  ...(['no number', 'neither true nor false', 'empty', 'a second time', 'only for CATALOG-PANEL'] as const),
  ...(['no such column', 'no thresholds', 'no rows', 'no catalogue'] as const),
  ...(['broken-quote', 'line-too-long', 'damaged-record', 'ragged-row'] as const),
  ...(['undecodable', 'control-characters'] as const),
] as const;

/** The cell that was refused, so that it can be found and mended. */
function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation('tasks');
  const known = knownError(error);
  if (known?.code !== 'FILE_UNREADABLE') return <ErrorLine error={error} />;
  const { file, line, column, reason } = known.data;
  const why = refusals.find((known) => known === reason);
  const place = [
    file,
    line !== undefined && t('fromFile.line', { line }),
    column !== undefined && t('fromFile.column', { column }),
  ].filter((part) => part !== false);
  return t('fromFile.refused', {
    place: place.join(t('reason.shareJoin')),
    why: why === undefined ? t('fromFile.wanted', { values: reason }) : t(`fromFile.why.${why}`),
  });
}

type HiddenFileProps = {
  readonly field: React.RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly onChoose: (file: File) => void;
};

function HiddenFile({ field, label, onChoose }: HiddenFileProps) {
  return (
    <input
      ref={field}
      type="file"
      accept=".csv,.tsv,.txt,.json"
      className="unseen"
      tabIndex={-1}
      aria-label={label}
      onChange={({ currentTarget }) => {
        const file = currentTarget.files?.[0];
        if (file !== undefined) onChoose(file);
        currentTarget.value = '';
      }}
    />
  );
}
