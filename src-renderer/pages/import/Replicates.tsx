/** One compound measured more than once: what agrees, what does not, and the rule by which tasks take one value of several. */
import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckReport, ReplicateExample, ReplicateReport } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Status } from '../../parts/Status.tsx';
import { decide } from './draft.ts';
import classes from './Replicates.module.css';
import type { StepProps } from './step.ts';

export function Replicates(props: StepProps & { readonly report: CheckReport }) {
  const { t } = useTranslation('intake');
  const { replicates } = props.report;
  const { groups, measurements, exactRows, twoStructures } = replicates;
  if (groups === 0 && exactRows === 0 && twoStructures.ids === 0) return null;
  return (
    <Section
      title={t('replicates.title')}
      facts={
        groups === 0
          ? t('replicates.none')
          : t('replicates.facts', { count: groups, measurements, all: props.report.measurements })
      }
      flush
    >
      <div className={classes.parts}>
        <Counts {...props} replicates={replicates} />
        <Rules replicates={replicates} />
      </div>
      <Examples replicates={replicates} />
    </Section>
  );
}

type CountsProps = StepProps & { readonly replicates: ReplicateReport };

function Counts({ mapping, change, go, replicates }: CountsProps) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const { groups, agreeing, wide, contradictory, twoStructures, exactRows } = replicates;
  const lines = [
    { id: 'agreeing', tone: 'ok', count: agreeing },
    { id: 'wide', tone: 'warn', count: wide },
    { id: 'contradictory', tone: 'warn', count: contradictory },
    { id: 'twoStructures', tone: 'warn', count: twoStructures.ids },
    { id: 'exactRows', tone: 'aside', count: exactRows },
  ] as const;
  return (
    <ul>
      {lines
        .filter(({ count }) => groups > 0 || count > 0)
        .map(({ id, tone, count }) => (
          <li key={id} className={classes.count}>
            <Status tone={count === 0 ? 'aside' : tone}>{t(`replicates.counts.${id}`)}</Status>
            <span className="number">{format.count(count)}</span>
          </li>
        ))}
      {exactRows > 0 && (
        <li className={classes.exact}>
          <Select
            aria-label={t('replicates.counts.exactRows')}
            data={(['count-once', 'keep'] as const).map((value) => ({
              value,
              label: t(`replicates.duplicates.${value}`),
            }))}
            value={mapping.duplicates}
            onChange={(value) => {
              const rule = value === 'keep' ? 'keep' : 'count-once';
              if (rule === mapping.duplicates) return;
              change((draft) => decide(draft, { kind: 'duplicates', rule }));
              go('mapping');
            }}
          />
        </li>
      )}
    </ul>
  );
}

function Rules({ replicates: { rules } }: { replicates: ReplicateReport }) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  if (rules.length === 0) return null;
  return (
    <table className={classes.rules}>
      <thead>
        <tr>
          <th scope="col">{t('replicates.type')}</th>
          <th scope="col">{t('replicates.rule')}</th>
          <th scope="col" className="number">
            {t('replicates.groups')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({ assayType, rule, groups }) => (
          <tr key={`${assayType} ${rule}`}>
            <td className="name">{assayType}</td>
            <td>{t(`replicateRules.${rule}`)}</td>
            <td className="number">{format.count(groups)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const firstShown = 5;

function Examples({ replicates }: { replicates: ReplicateReport }) {
  const { t } = useTranslation('intake');
  const { largest, contradictions, contradictory, wide, twoStructures } = replicates;
  const views = [
    { value: 'largest', label: t('replicates.largest'), count: wide, here: largest.length },
    {
      value: 'contradictions',
      label: t('replicates.contradictions'),
      count: contradictory,
      here: contradictions.length,
    },
    { value: 'structures', label: t('replicates.twoStructures'), count: twoStructures.ids, here: twoStructures.ids },
  ] as const;
  const there = views.filter(({ here }) => here > 0);
  const [chosen, setChosen] = useState<(typeof views)[number]['value'] | null>(null);
  const [all, setAll] = useState(false);
  const view = there.find(({ value }) => value === chosen)?.value ?? there[0]?.value;
  if (view === undefined) return null;
  const rows = view === 'largest' ? largest : view === 'contradictions' ? contradictions : [];
  const here = view === 'structures' ? twoStructures.examples.length : rows.length;
  const shown = all ? here : firstShown;
  return (
    <div className={classes.examples}>
      <div className={classes.head}>
        <SegmentedFilter
          label={t('replicates.examples')}
          value={view}
          onChange={setChosen}
          segments={there.map(({ value, label, count }) => ({ value, label, count }))}
        />
        {here > firstShown && (
          <Button size="small" variant="quiet" onClick={() => setAll(!all)}>
            {all ? t('replicates.fewer') : t('replicates.more', { count: here })}
          </Button>
        )}
      </div>
      {view === 'structures' ? (
        <TwoStructures examples={twoStructures.examples.slice(0, shown)} />
      ) : (
        <Spreads rows={rows.slice(0, shown)} />
      )}
    </div>
  );
}

function Spreads({ rows }: { rows: readonly ReplicateExample[] }) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const value = (one: ReplicateExample, number: number) =>
    one.scale === 'binary' ? t(`labels.${number > 0 ? 'active' : 'inactive'}`) : format.decimal(number, 2);
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('replicates.compound')}</th>
          <th scope="col">{t('replicates.assay')}</th>
          <th scope="col" className="number">
            {t('replicates.measurements')}
          </th>
          <th scope="col" className="number">
            {t('replicates.lowest')}
          </th>
          <th scope="col" className="number">
            {t('replicates.highest')}
          </th>
          <th scope="col" className="number">
            {t('replicates.spread')}
          </th>
          <th scope="col">{t('replicates.lines')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={`${one.companyId} ${one.assay}`}>
            <td className="code">{one.companyId}</td>
            <td className="code">{one.assay}</td>
            <td className="number">{format.count(one.measurements)}</td>
            <td className="number">{value(one, one.lowest)}</td>
            <td className="number">{value(one, one.highest)}</td>
            <td className="number strong">{one.spread === null ? '–' : format.decimal(one.spread, 2)}</td>
            <td className="second">{one.lines.map((line) => format.count(line)).join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TwoStructures({ examples }: { examples: ReplicateReport['twoStructures']['examples'] }) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('replicates.compound')}</th>
          <th scope="col">{t('replicates.lines')}</th>
          <th scope="col">{t('replicates.otherStructure')}</th>
        </tr>
      </thead>
      <tbody>
        {examples.map(({ companyId, lines, structure }) => (
          <tr key={companyId}>
            <td className="code">{companyId}</td>
            <td className="second">{lines.map((line) => format.count(line)).join(', ')}</td>
            <td className="code" title={structure}>
              {structure}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
