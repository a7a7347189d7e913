/** What models learn on here: the person's choice, the check that measures every provider, and why one is not used. */
import { Button, Select, Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  type CheckedProvider,
  mostThreads,
  type ProviderChoice,
  type ProviderReport,
  type ProviderTrouble,
  providerChoice,
} from '../../../src-main/contract/providers.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { isLive, useJob } from '../../app/jobs.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import { Table } from '../../parts/Table.tsx';
import classes from './ProviderSettings.module.css';
import page from './SettingsPage.module.css';

export function ProviderSettings() {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const again = () => void cache.invalidateQueries();
  const { data } = useQuery(queries.providers.state.queryOptions());
  const choose = useMutation({
    mutationFn: (chosen: { choice?: ProviderChoice; checksItself?: boolean; threads?: number }) =>
      client.providers.choose(chosen),
    onSuccess: again,
  });
  const check = useMutation({ mutationFn: () => client.providers.check(), onSuccess: again });
  const job = useJob(check.data?.jobId ?? data?.jobId ?? undefined);
  const checking = check.isPending || (job !== undefined && isLive(job));
  if (data === undefined) return <Section title={t('sections.providers')} />;
  const { choice, checksItself, threads, cores, next, report } = data;
  const nameOf = (name: ProviderChoice) => t(`providers.names.${name}`);
  const error = choose.error ?? check.error;
  return (
    <Section title={t('sections.providers')}>
      <p className={page.text}>{t('providers.note')}</p>
      <KeyValue
        labelWidth={96}
        facts={[
          {
            label: <label htmlFor="provider">{t('providers.choice')}</label>,
            value: (
              <Select
                id="provider"
                className={classes.choice}
                allowDeselect={false}
                value={choice}
                data={providerChoice.options.map((value) => ({ value, label: nameOf(value) }))}
                onChange={(value) => choose.mutate({ choice: providerChoice.parse(value) })}
              />
            ),
          },
          {
            label: t('providers.threads'),
            value: (
              <span className={classes.threads}>
                <NumberField
                  label={t('providers.threads')}
                  value={threads}
                  {...{ step: 1, min: 1, max: Math.max(threads, Math.min(cores, mostThreads)) }}
                  onChange={(value) => choose.mutate({ threads: value })}
                />
                <span className="second small">{t('providers.cores', { count: cores })}</span>
              </span>
            ),
          },
          {
            label: t('providers.next'),
            value: (
              <span className={classes.next}>
                {nameOf(next.name)}
                {next.trouble && <span className="second small">{reasonOf(next.trouble)}</span>}
              </span>
            ),
          },
        ]}
      />
      <Switch
        className={classes.itself}
        label={t('providers.itself')}
        description={t('providers.itselfHelp')}
        checked={checksItself}
        disabled={choose.isPending}
        onChange={({ currentTarget }) => choose.mutate({ checksItself: currentTarget.checked })}
      />
      {report && <Checked report={report} />}
      <div className={page.gap} />
      <div className={page.actions}>
        <Button onClick={() => check.mutate()} disabled={checking}>
          {t(checking ? 'providers.checking' : report === null ? 'providers.check' : 'providers.again')}
        </Button>
        {report && (
          <span className="third small" title={format.exact(report.checkedAt)}>
            {t('providers.checked', { when: format.when(report.checkedAt) })}
          </span>
        )}
        {error && <ErrorLine error={error} />}
      </div>
    </Section>
  );

  function reasonOf({ provider, reason }: ProviderTrouble): string {
    return t(`providers.reasons.${reason}`, { provider: provider === null ? '' : nameOf(provider) });
  }
}

function Checked({ report }: { readonly report: ProviderReport }) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const { compounds, tasks, hidden, batch } = report.lesson;
  const cpu = report.providers.find(({ name }) => name === 'cpu')?.rowsPerSecond ?? null;
  return (
    <>
      <Table wide className={classes.providers}>
        <thead>
          <tr>
            <th scope="col">{t('providers.provider')}</th>
            <th scope="col" className={classes.amount}>
              {t('providers.speed')}
            </th>
            <th scope="col" className={classes.amount}>
              {t('providers.ratio')}
            </th>
            <th scope="col">{t('providers.state')}</th>
          </tr>
        </thead>
        <tbody>
          {report.providers.map((provider) => {
            const { name, rowsPerSecond } = provider;
            const ratio = rowsPerSecond === null || cpu === null ? null : rowsPerSecond / cpu;
            return (
              <tr key={name}>
                <th scope="row">{t(`providers.names.${name}`)}</th>
                <td className={classes.amount}>{rowsPerSecond === null ? '' : format.count(rowsPerSecond)}</td>
                <td className={classes.amount}>{ratio === null ? '' : `${format.decimal(ratio, 1)}×`}</td>
                <td>
                  <State provider={provider} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </Table>
      <p className={`${classes.lesson} third small`}>
        {t('providers.lesson', { compounds, tasks, batch, units: hidden[0] ?? 0 })}
      </p>
    </>
  );
}

function State({ provider: { name, trouble } }: { readonly provider: CheckedProvider }) {
  const { t } = useTranslation('settings');
  if (trouble === null) return <Status tone="ok">{t(name === 'cpu' ? 'providers.reference' : 'providers.fit')}</Status>;
  const { reason, detail } = trouble;
  const tone = toneOf(reason);
  return (
    <>
      <Status tone={tone} title={detail === '' ? undefined : detail}>
        {t(`providers.states.${reason}`)}
      </Status>
      {tone === 'bad' && detail !== '' && <div className={`${classes.detail} third`}>{detail}</div>}
    </>
  );
}

/** What the machine does not have is nothing to see to; what it has and cannot use is. */
function toneOf(reason: ProviderTrouble['reason']): Tone {
  switch (reason) {
    case 'not-built':
    case 'library-missing':
    case 'no-device':
    case 'slower':
    case 'not-checked':
      return 'aside';
    case 'no-answer':
      return 'warn';
    case 'failed':
    case 'ended':
    case 'differs':
      return 'bad';
  }
}
