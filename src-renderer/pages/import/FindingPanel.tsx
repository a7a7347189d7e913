/** One row explained: column, found, expected, the row as it stands, and the ways to fix with the rows each touches. */
import { ActionIcon, Radio } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CheckReport, FindingGroup, RowFinding } from '../../../src-main/contract/intake.ts';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { CorrectRow } from './CorrectRow.tsx';
import { decide, decisionOf } from './draft.ts';
import classes from './FindingPanel.module.css';
import type { StepProps } from './step.ts';
import { expectedWords, repairWords, targetWords } from './words.ts';

type Props = StepProps & {
  readonly report: CheckReport;
  readonly group: FindingGroup;
  readonly finding: RowFinding;
  readonly at: number;
  readonly onMove: (example: number) => void;
  /** The rows are to be checked again. */
  readonly onCorrected: () => void;
};

const noteTones = { rejected: 'bad', warned: 'warn', ignored: 'plain' } as const;

export function FindingPanel({ mapping, report, group, finding, at, onMove, onCorrected, change, go }: Props) {
  const { t } = useTranslation(['intake', 'frame']);
  const mapped = mapping.columns.find(({ column }) => column === finding.column);
  const structureAt = mapping.columns.findIndex(({ target }) => target === 'structure');
  const structure = structureAt < 0 ? undefined : finding.cells[structureAt];
  const isSmiles = structure !== undefined && !structure.includes('\n');
  return (
    <>
      <Section
        title={t('check.row', { line: finding.line })}
        end={
          <span className={classes.walk}>
            {t('check.of', { at: at + 1, all: group.rows })}
            <ActionIcon size={24} aria-label={t('check.previous')} disabled={at === 0} onClick={() => onMove(at - 1)}>
              <IconChevronUp aria-hidden />
            </ActionIcon>
            <ActionIcon
              size={24}
              aria-label={t('check.following')}
              disabled={at >= group.examples.length - 1}
              onClick={() => onMove(at + 1)}
            >
              <IconChevronDown aria-hidden />
            </ActionIcon>
          </span>
        }
      >
        <Note tone={noteTones[finding.severity]}>
          <span className="strong">{t('frame:sentence', { text: t(`reasons.${finding.reason}`) })}</span>
        </Note>
        <div className={classes.facts}>
          <KeyValue
            labelWidth={92}
            facts={[
              ...(finding.column === ''
                ? []
                : [
                    {
                      label: t('check.column'),
                      value: mapped ? `${finding.column} → ${targetWords(t, mapped.target)}` : finding.column,
                    },
                  ]),
              {
                label: t('check.found'),
                value: (
                  <span className={classes.found}>{finding.found === '' ? t('spellings.empty') : finding.found}</span>
                ),
              },
              { label: t('check.expected'), value: expectedWords(t, finding.expected) },
            ]}
          />
        </div>
      </Section>
      <Section title={t('check.asItStands')}>
        <KeyValue
          labelWidth={92}
          facts={mapping.columns.map(({ column, target }, index) => ({
            key: column,
            label: column,
            value: (
              <span
                className={`${classes.cell} code ${target === 'unused' ? 'third' : ''}`}
                data-found={column === finding.column || undefined}
                title={finding.cells[index]}
              >
                {finding.cells[index]}
              </span>
            ),
          }))}
        />
        {isSmiles && structure !== '' && (
          <div className={classes.drawing}>
            <Molecule text={structure} width={220} height={110} />
          </div>
        )}
        <CorrectRow
          key={`${finding.line} ${finding.column}`}
          mapping={mapping}
          finding={finding}
          onCorrect={(corrected) => {
            change((draft) => decide(draft, corrected));
            onCorrected();
          }}
        />
      </Section>
      {group.repairs.length > 0 && (
        <Section title={t('check.fix')}>
          <div className={classes.ways}>
            {group.repairs.map((repair) => {
              const decided = decisionOf(repair, report.unlistedAssays);
              const { label } = repairWords(t, repair, group.severity);
              return (
                <div key={label} className={classes.way}>
                  <Radio
                    label={label}
                    checked={decided === null && repair.kind === 'keep'}
                    disabled={decided === null && repair.kind !== 'keep'}
                    onChange={() => {
                      if (decided === null) return;
                      change((draft) => decide(draft, decided));
                      go('mapping');
                    }}
                  />
                  <span className="second small">{t('rows', { count: repair.rows })}</span>
                </div>
              );
            })}
          </div>
          <p className={classes.help}>{t('check.fixText')}</p>
        </Section>
      )}
    </>
  );
}
