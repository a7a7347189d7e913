/** What the file says, what it becomes, how sure, why; unused columns under a band that says where they stay. */
import { Select } from '@mantine/core';
import {
  IconCategory,
  IconChartDots3,
  IconHexagon,
  IconKey,
  IconLock,
  IconMathLower,
  IconNumber123,
  IconRulerMeasure,
  IconTarget,
  IconWeight,
  type TablerIcon,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ColumnProposal, type Mapping, type Target, target } from '../../../src-main/contract/intake.ts';
import { Confidence } from '../../parts/Confidence.tsx';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Status } from '../../parts/Status.tsx';
import { decide } from './draft.ts';
import classes from './MappingTable.module.css';
import type { StepProps } from './step.ts';
import { decisionWords, targetWords, whyWords } from './words.ts';

type Props = StepProps & {
  readonly shown: readonly ColumnProposal[];
  readonly selected: string | null;
  readonly onSelect: (column: string) => void;
  /** Too many columns to show at once: the table scrolls by itself. */
  readonly long: boolean;
};

const targetIcons: Readonly<Partial<Record<Target, TablerIcon>>> = {
  'compound-id': IconKey,
  structure: IconHexagon,
  assay: IconTarget,
  'assay-type': IconCategory,
  relation: IconMathLower,
  value: IconNumber123,
  unit: IconRulerMeasure,
  'assay-value': IconChartDots3,
  'molecular-weight': IconWeight,
};

export function MappingTable({ inspection, mapping, change, shown, selected, onSelect, long }: Props) {
  const { t } = useTranslation(['intake', 'frame']);
  const columns = useMemo<readonly GridColumn<ColumnProposal>[]>(() => {
    const targetOf = (name: string) => mapping.columns.find(({ column }) => column === name)?.target ?? 'unused';
    const openAbout = (name: string) =>
      inspection.decisions.find(({ data, state }) => data.column === name && state === 'open');
    return [
      {
        id: 'column',
        head: t('table.column'),
        width: 'minmax(120px, 1.1fr)',
        cell: ({ column }) => (
          <span className={targetOf(column) === 'unused' ? 'second' : 'name'} title={column}>
            {column}
          </span>
        ),
        text: ({ column }) => column,
      },
      {
        id: 'samples',
        head: t('table.samples'),
        width: 'minmax(130px, 1.4fr)',
        cell: ({ column }) => (
          <span className={classes.samples} data-unused={targetOf(column) === 'unused' || undefined}>
            {inspection.columns
              .find(({ name }) => name === column)
              ?.samples.slice(0, 3)
              .map((sample) => (
                <span key={sample}>{sample}</span>
              ))}
          </span>
        ),
      },
      {
        id: 'target',
        head: t('table.target'),
        width: 178,
        cell: ({ column, alternatives, reason }) => {
          const chosen = targetOf(column);
          const Icon = targetIcons[chosen];
          const mayBe = reason.key === 'people' ? (['unused'] as const) : choices(mapping.layout, chosen, alternatives);
          return (
            <Select
              aria-label={t('table.targetOf', { column })}
              className={classes.target!}
              classNames={{ input: chosen === 'unused' ? classes.unused! : openAbout(column) ? classes.open! : '' }}
              data={mayBe.map((value) => ({ value, label: targetWords(t, value) }))}
              value={chosen}
              disabled={mayBe.length === 1}
              leftSection={Icon && <Icon aria-hidden />}
              onFocus={() => onSelect(column)}
              onChange={(value) => {
                const next = target.parse(value);
                if (next !== chosen) change((draft) => decide(draft, { kind: 'target', column, target: next }));
              }}
            />
          );
        },
      },
      {
        id: 'confidence',
        head: t('table.confidence'),
        width: 92,
        cell: ({ column, confidence }) =>
          confidence === null || targetOf(column) === 'unused' ? '–' : <Confidence level={confidence} />,
      },
      {
        id: 'why',
        head: t('table.why'),
        width: 'minmax(160px, 1.6fr)',
        cell: (proposal) => {
          const open = openAbout(proposal.column);
          return open ? (
            <Status tone="warn" title={decisionWords(t, 'decision', open)}>
              {whyWords(t, proposal)}
            </Status>
          ) : (
            <span className="small second" title={whyWords(t, proposal)}>
              {whyWords(t, proposal)}
            </span>
          );
        },
        text: (proposal) => whyWords(t, proposal),
      },
    ];
  }, [t, inspection, mapping, change, onSelect]);
  const isUnused = (column: string) => mapping.columns.some((one) => one.column === column && one.target === 'unused');
  return (
    <DataGrid
      label={t('table.label')}
      columns={columns}
      rows={shown}
      rowKey={({ column }) => column}
      rowHeight={36}
      fit={!long}
      selected={selected}
      onSelect={({ column }) => onSelect(column)}
      band={({ column }, before) =>
        isUnused(column) &&
        (before === undefined || !isUnused(before.column)) && (
          <span className={classes.band}>
            <IconLock aria-hidden />
            {t('table.unused')}
          </span>
        )
      }
      empty={<p className={classes.none}>{t('table.noRows')}</p>}
    />
  );
}

/** What a column may be in this layout: what it is now and what else it could be first. */
function choices(layout: Mapping['layout'], now: Target, alternatives: readonly Target[]): readonly Target[] {
  const fits = target.options.filter((option) =>
    layout === 'wide' ? option !== 'value' && option !== 'assay' : option !== 'assay-value',
  );
  return [...new Set<Target>([now, ...alternatives.filter((option) => fits.includes(option)), ...fits])];
}
