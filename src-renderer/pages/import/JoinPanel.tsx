/** Where the structures come from when they do not stand in the file: a second file, another sheet, or the catalogue; by which key. */
import { Button, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Join, JoinInspection, Mapping } from '../../../src-main/contract/intake.ts';
import { Confidence } from '../../parts/Confidence.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { companionOf, decide, decideAs } from './draft.ts';
import { JoinCounts } from './JoinCounts.tsx';
import classes from './JoinPanel.module.css';
import type { StepProps } from './step.ts';
import { useChooser } from './useChooser.tsx';
import { useCompanion, useSwap } from './useCompanion.ts';
import { reasonWords } from './words.ts';

export function JoinPanel(props: StepProps) {
  const { inspection, mapping, draft, change } = props;
  const { t } = useTranslation(['intake', 'frame']);
  const { join: found } = inspection;
  const companion = companionOf(draft);
  const lacksStructure = inspection.required.some(({ target, state }) => target === 'structure' && state !== 'met');
  if (found === null && companion === null) {
    return lacksStructure ? (
      <Section title={t('join.title')}>
        <p className={`${classes.help} small second`}>{t('join.none')}</p>
        <AddCompanion {...props} />
      </Section>
    ) : null;
  }
  return (
    <Section
      title={t('join.title')}
      end={found && found.reason.key !== 'by-hand' && <Confidence level={found.confidence} />}
    >
      {found && (
        <p className={`${classes.help} small second`}>
          {found.reason.key === 'other-way-round' || found.reason.key === 'no-structures' ? (
            <Status tone="warn">{reasonWords(t, 'joinReason', found.reason)}</Status>
          ) : (
            reasonWords(t, 'joinReason', found.reason)
          )}
        </p>
      )}
      {found?.reason.key === 'other-way-round' && companion !== null && <Swap {...props} companion={companion} />}
      {found && (found.choices.length > 0 || mapping.join !== null) && (
        <Select
          label={t('join.from')}
          data={sourcesOf(found, mapping).map((source) => ({
            value: keyOf(source),
            label: source === null ? t('join.here') : t(`join.source.${source.kind}`, { name: nameOf(source) }),
          }))}
          value={keyOf(mapping.join)}
          onChange={(value) => {
            const source = sourcesOf(found, mapping).find((one) => keyOf(one) === value);
            if (source === undefined || keyOf(source) === keyOf(mapping.join)) return;
            change((before) =>
              decideAs(
                before,
                { kind: 'join', source: source?.kind ?? null, name: source === null ? '' : nameOf(source) },
                { ...mapping, join: source },
              ),
            );
          }}
        />
      )}
      {mapping.join && <Keys {...props} join={mapping.join} found={found} />}
      {mapping.join && found?.counts && (
        <div className={classes.counts}>
          <p className="small strong">{t('join.keys', { count: found.counts.keys })}</p>
          <JoinCounts counts={found.counts} />
        </div>
      )}
      <div className={classes.actions}>
        {companion === null ? (
          lacksStructure && <AddCompanion {...props} />
        ) : (
          <Button
            size="small"
            variant="quiet"
            onClick={() => change((before) => decideAs(before, { kind: 'companion', file: null, name: '' }))}
          >
            {t('join.remove')}
          </Button>
        )}
      </div>
    </Section>
  );
}

/** The file's own structures stay a choice where it has some. */
function sourcesOf(found: JoinInspection, mapping: Mapping): readonly (Join | null)[] {
  const own = mapping.columns.some(({ target }) => target === 'structure') ? [null] : [];
  const sources = [...own, ...(mapping.join ? [mapping.join] : []), ...found.choices];
  return sources.filter((source, at) => sources.findIndex((other) => keyOf(other) === keyOf(source)) === at);
}

const nameOf = (join: Join): string =>
  join.kind === 'file' ? join.name : join.kind === 'sheet' ? (join.reading.sheet ?? '') : '';

const keyOf = (join: Join | null): string => (join === null ? 'here' : `${join.kind} ${nameOf(join)}`);

type KeysProps = StepProps & { readonly join: Join; readonly found: JoinInspection | null };

function Keys({ inspection, join, found, change }: KeysProps) {
  const { t } = useTranslation('intake');
  return (
    <div className={classes.keys}>
      <Select
        label={t('join.resultsKey')}
        data={inspection.columns.map(({ name }) => name)}
        value={join.on.results}
        onChange={(column) =>
          column !== null &&
          column !== join.on.results &&
          change((draft) => decide(draft, { kind: 'key', side: 'results', column }))
        }
      />
      {join.kind !== 'catalogue' && (
        <>
          <Select
            label={t('join.structuresKey')}
            data={[...new Set([join.on.structures, ...(found?.columns ?? []).map(({ name }) => name)])]}
            value={join.on.structures}
            onChange={(column) =>
              column !== null &&
              column !== join.on.structures &&
              change((draft) => decide(draft, { kind: 'key', side: 'structures', column }))
            }
          />
          {(found?.counts?.conflicting ?? 0) > 0 && (
            <Select
              className={classes.wide!}
              label={t('join.conflicts')}
              data={(['reject', 'first', 'last'] as const).map((value) => ({ value, label: t(`join.take.${value}`) }))}
              value={join.conflicts}
              onChange={(value) => {
                const take = value === 'first' || value === 'last' ? value : 'reject';
                if (take !== join.conflicts) change((draft) => decide(draft, { kind: 'conflicts', take }));
              }}
            />
          )}
        </>
      )}
    </div>
  );
}

/** Brings the second file; the mapping is then proposed anew with it. */
export function AddCompanion({ change }: Pick<StepProps, 'change'>) {
  const { t } = useTranslation('intake');
  const { take, running, error } = useCompanion((file, name) =>
    change((draft) => decideAs(draft, { kind: 'companion', file, name })),
  );
  const { choose, input } = useChooser(t('join.add'), ([file]) => file && take(file));
  return (
    <div className={classes.add}>
      {input}
      {running ? (
        <Meter label={t('upload.title', { name: running.name })} done={running.share} total={1} width={160} />
      ) : (
        <Button size="small" onClick={choose}>
          {t('join.add')}
        </Button>
      )}
      {error !== null && <ErrorLine error={error} />}
    </div>
  );
}

function Swap({ file, companion, inspection }: StepProps & { readonly companion: string }) {
  const { t } = useTranslation('intake');
  const swap = useSwap();
  const name = inspection.join?.join?.kind === 'file' ? inspection.join.join.name : '';
  return (
    <div className={classes.add}>
      <Note
        tone="warn"
        action={
          <Button size="small" disabled={swap.isPending} onClick={() => swap.mutate({ file, companion, name })}>
            {t('join.swap')}
          </Button>
        }
      >
        {t('join.swapText')}
      </Note>
      {swap.isError && <ErrorLine error={swap.error} />}
    </div>
  );
}
