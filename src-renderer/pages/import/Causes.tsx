/** Every cause with its rows, one repair rule and what it would do; three examples open under the selected one. */
import { ActionIcon, Button, Select } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckReport, FindingGroup, Repair, Severity } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { DataGrid, type GridColumn } from '../../parts/DataGrid.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './Causes.module.css';
import type { Shown } from './CheckStep.tsx';
import { decide, decisionOf } from './draft.ts';
import type { StepProps } from './step.ts';
import { repairWords } from './words.ts';

type Props = StepProps & {
  readonly report: CheckReport;
  readonly shown: Shown;
  readonly onShow: (shown: Shown) => void;
};

type Row = { readonly group: FindingGroup; readonly index: number };

const tones: Readonly<Record<Severity, Tone>> = { rejected: 'bad', warned: 'warn', ignored: 'aside' };

export function Causes({ report, shown, onShow, change, go }: Props) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const { groups, unlistedAssays } = report;
  const [opened, setOpened] = useState<number | null>(0);
  const [chosen, setChosen] = useState<ReadonlyMap<number, number>>(new Map());
  const rows = useMemo<readonly Row[]>(() => groups.map((group, index) => ({ group, index })), [groups]);

  const columns = useMemo<readonly GridColumn<Row>[]>(() => {
    const repairOf = ({ group, index }: Row): Repair | undefined => group.repairs[chosen.get(index) ?? 0];
    const all: readonly GridColumn<Row>[] = [
      {
        id: 'cause',
        head: t('check.cause'),
        width: 'minmax(190px, 2fr)',
        cell: ({ group, index }) => {
          const cause = t(`reasons.${group.reason}`);
          const isOpen = opened === index;
          return (
            <span className={classes.cause}>
              <ActionIcon
                size={24}
                aria-label={t(isOpen ? 'check.close' : 'check.open', { cause })}
                aria-expanded={isOpen}
                onClick={() => setOpened(isOpen ? null : index)}
              >
                {isOpen ? <IconChevronDown aria-hidden /> : <IconChevronRight aria-hidden />}
              </ActionIcon>
              <Status tone={tones[group.severity]} />
              <span className="name cut" title={cause}>
                {cause}
              </span>
            </span>
          );
        },
        text: ({ group }) => t(`reasons.${group.reason}`),
      },
      {
        id: 'rows',
        head: t('check.rows'),
        width: 62,
        align: 'end',
        cell: ({ group }) => <span className="strong">{format.count(group.rows)}</span>,
      },
      {
        id: 'found',
        head: t('check.found'),
        width: 'minmax(70px, 0.7fr)',
        hideBelow: 760,
        cell: ({ group }) => <span className="code second">{group.found}</span>,
        text: ({ group }) => group.found,
      },
      {
        id: 'repair',
        head: t('check.repair'),
        width: 176,
        cell: (row) => {
          const { group, index } = row;
          const cause = t(`reasons.${group.reason}`);
          return group.repairs.length === 0 ? (
            <span className="third">–</span>
          ) : (
            <Select
              aria-label={t('check.repairOf', { cause })}
              data={group.repairs.map((repair, at) => ({
                value: String(at),
                label: repairWords(t, repair, group.severity).label,
              }))}
              value={String(chosen.get(index) ?? 0)}
              onChange={(value) => setChosen(new Map(chosen).set(index, Number(value)))}
            />
          );
        },
      },
      {
        id: 'effect',
        head: t('check.effect'),
        width: 'minmax(116px, 1.1fr)',
        cell: (row) => {
          const repair = repairOf(row);
          const effect = repair && repairWords(t, repair, row.group.severity).effect;
          return (
            <span className="second" title={effect}>
              {effect}
            </span>
          );
        },
      },
      {
        id: 'apply',
        head: '',
        width: 86,
        align: 'end',
        cell: (row) => {
          const repair = repairOf(row);
          const decided = repair && decisionOf(repair, unlistedAssays);
          const inMapping = decided === null && repair?.kind !== 'keep';
          if (!decided && !inMapping) return null;
          return (
            <Button
              size="small"
              onClick={() => {
                if (decided) change((draft) => decide(draft, decided));
                go('mapping');
              }}
            >
              {t(decided ? 'check.apply' : 'back.mapping')}
            </Button>
          );
        },
      },
    ];
    const canApply = rows.some((row) => row.group.repairs.some(({ kind }) => kind !== 'keep'));
    return canApply ? all : all.filter(({ id }) => id !== 'apply');
  }, [t, format, rows, opened, chosen, change, go, unlistedAssays]);

  if (groups.length === 0) {
    return (
      <p className={classes.none}>
        <Status tone="ok">{t('check.noCauses')}</Status>
      </p>
    );
  }
  return (
    <DataGrid
      label={t('check.causes')}
      columns={columns}
      rows={rows}
      rowKey={({ index }) => String(index)}
      rowHeight={36}
      fit
      selected={String(shown.group)}
      onSelect={({ index }) => {
        if (index !== shown.group) onShow({ group: index, example: 0 });
      }}
      onOpen={({ index }) => setOpened(opened === index ? null : index)}
      detail={({ group, index }) =>
        opened === index && (
          <Examples
            group={group}
            at={shown.group === index ? shown.example : null}
            onShow={(example) => onShow({ group: index, example })}
          />
        )
      }
    />
  );
}

const firstExamples = 3;

type ExamplesProps = {
  readonly group: FindingGroup;
  /** Index of the example that stands at the right. */
  readonly at: number | null;
  readonly onShow: (example: number) => void;
};

function Examples({ group, at, onShow }: ExamplesProps) {
  const { t } = useTranslation('intake');
  const first = at === null ? 0 : Math.floor(at / firstExamples) * firstExamples;
  const examples = group.examples.slice(first, first + firstExamples);
  const more = group.rows - examples.length;
  return (
    <ul className={classes.examples}>
      {examples.map((finding, offset) => (
        <li key={`${finding.line} ${finding.column}`}>
          <button type="button" className={classes.example} onClick={() => onShow(first + offset)}>
            <span>{t('check.line', { line: finding.line })}</span>
            <span className="code cut">{finding.found}</span>
            <span className="code cut second">{finding.cells[0]}</span>
            <span className="second">
              {first + offset === at
                ? t('check.here')
                : offset === examples.length - 1 && more > 0
                  ? t('check.more', { count: more })
                  : ''}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
