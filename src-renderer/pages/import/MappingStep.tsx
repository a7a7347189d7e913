/** What each column means: table at the left, the decision that the selected column needs at the right, raw rows below. */
import { Button, Select } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconBookmark } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ColumnProposal,
  type Decision,
  type Inspection,
  layout as layoutSchema,
} from '../../../src-main/contract/intake.ts';
import { Chip } from '../../parts/Chip.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Columns, Scroll, SidePanel, Toolbar, WizardFooter } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import { Status } from '../../parts/Status.tsx';
import { decide } from './draft.ts';
import { MappingPanel } from './MappingPanel.tsx';
import classes from './MappingStep.module.css';
import { MappingTable } from './MappingTable.tsx';
import { RawRows } from './RawRows.tsx';
import type { Starting, StepProps } from './step.ts';
import { TemplateOffers } from './TemplateOffers.tsx';
import { decisionWords } from './words.ts';

/** With more, table and raw rows scroll each by itself, so that both stay in sight. */
const manyColumns = 12;

type Filter = 'all' | 'doubtful' | 'unused';

export function MappingStep(props: StepProps & { readonly busy: boolean; readonly check: Starting }) {
  const { inspection, mapping, change, busy, check } = props;
  const { t } = useTranslation(['intake', 'frame']);
  const navigate = useNavigate();
  const [filter, setFilter] = useState<Filter>('all');
  const [chosen, setChosen] = useState<string | null>(null);

  const targetOf = (name: string) => mapping.columns.find(({ column }) => column === name)?.target ?? 'unused';
  const inUse = inspection.proposals.filter(({ column }) => targetOf(column) !== 'unused');
  const unused = inspection.proposals.filter(({ column }) => targetOf(column) === 'unused');
  const doubtful = inUse.filter((proposal) => isDoubtful(proposal, inspection));
  const shown = { all: [...inUse, ...unused], doubtful, unused }[filter];
  /** The doubtful row is selected on arrival, else the one with a conversion to look at. */
  const measured = inUse.find(({ column }) => ['unit', 'value', 'assay-value'].includes(targetOf(column)));
  const selected = chosen ?? (doubtful[0] ?? measured ?? inUse[0] ?? unused[0])?.column ?? null;
  const raw = <RawRows inspection={inspection} mapping={mapping} selected={selected} onSelect={setChosen} />;
  const [open] = blocking(inspection.decisions);
  const { rows, scanned } = inspection;
  return (
    <>
      <Columns
        side={
          <SidePanel label={t('required.title')}>
            <MappingPanel {...props} column={selected} />
          </SidePanel>
        }
      >
        <TemplateOffers {...props} />
        <Toolbar end={<Keys />}>
          <SegmentedFilter
            label={t('filter.label')}
            value={filter}
            onChange={setFilter}
            segments={[
              { value: 'all', label: t('filter.all'), count: inspection.proposals.length },
              { value: 'doubtful', label: t('filter.doubtful'), count: doubtful.length },
              { value: 'unused', label: t('filter.unused'), count: unused.length },
            ]}
          />
          <span className="small second">{t('layout.label')}</span>
          <Select
            aria-label={t('layout.label')}
            className={classes.layout!}
            data={layoutSchema.options.map((value) => ({ value, label: t(`layout.${value}`) }))}
            value={mapping.layout}
            onChange={(value) => {
              const layout = layoutSchema.parse(value);
              if (layout !== mapping.layout) change((draft) => decide(draft, { kind: 'layout', layout }));
            }}
          />
          {mapping.template && (
            <Chip icon={<IconBookmark aria-hidden />}>
              {t('templates.inUse', { name: mapping.template.name, version: mapping.template.version })}
            </Chip>
          )}
        </Toolbar>
        {shown.length > manyColumns ? (
          <>
            <MappingTable {...props} shown={shown} selected={selected} onSelect={setChosen} long />
            <div className={classes.rawBelow}>{raw}</div>
          </>
        ) : (
          <Scroll>
            <MappingTable {...props} shown={shown} selected={selected} onSelect={setChosen} long={false} />
            {raw}
          </Scroll>
        )}
      </Columns>
      <WizardFooter
        back={{ label: t('back.file'), onClick: () => void navigate({ to: '/import', search: {} }) }}
        reason={
          check.error ? (
            <ErrorLine error={check.error} />
          ) : (
            open && <Status tone="warn">{decisionWords(t, 'decision', open)}</Status>
          )
        }
        action={
          <Button
            variant="primary"
            disabled={open !== undefined || busy || check.isPending}
            onClick={() => check.mutate()}
          >
            {scanned.whole ? t('check.action', { count: rows }) : t('check.actionAbout')}
          </Button>
        }
      />
    </>
  );
}

/** That the file was seen before is said, and asked again at the commit; it needs no decision about the mapping. */
const blocking = (decisions: readonly Decision[]): readonly Decision[] =>
  decisions.filter(({ kind, state }) => state === 'open' && kind !== 'seen-before');

/** Not certain, or with a question still open. */
export function isDoubtful({ column, confidence }: ColumnProposal, { decisions }: Inspection): boolean {
  return confidence !== 'high' || decisions.some(({ data, state }) => data.column === column && state === 'open');
}

function Keys() {
  const { t } = useTranslation('intake');
  return (
    <span className={classes.keys} aria-hidden>
      <kbd>
        <IconArrowUp />
      </kbd>
      <kbd>
        <IconArrowDown />
      </kbd>
      {t('keys.row')}
      <kbd>Enter</kbd>
      {t('keys.target')}
    </span>
  );
}
