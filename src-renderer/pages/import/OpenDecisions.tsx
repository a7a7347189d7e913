/** Questions about the whole file: which column, which sheet, which mark, and whether it was imported before. */
import { Button, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Decision, decimalMark, target } from '../../../src-main/contract/intake.ts';
import { assayType } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { decide, readAnew } from './draft.ts';
import type { StepProps } from './step.ts';
import { UnitSuspect } from './UnitSuspect.tsx';
import { decisionWords, markNames } from './words.ts';

/** Those about words and units stand beside them, and that about a second file beside the keys. */
const here: readonly Decision['kind'][] = [
  'target',
  'decimal-mark',
  'sheet',
  'member',
  'seen-before',
  'no-compound-id',
  'unit-suspect',
  'assay-type',
  'unlisted',
  'structures-only',
];

export function OpenDecisions(props: StepProps) {
  const asked = props.inspection.decisions.filter(
    ({ kind, state }) => here.includes(kind) && (state === 'open' || kind !== 'target'),
  );
  return asked.map((decision) =>
    decision.kind === 'unit-suspect' ? (
      <UnitSuspect key={decision.id} decision={decision} {...props} />
    ) : (
      <Question key={decision.id} decision={decision} {...props} />
    ),
  );
}

function Question({ decision, change }: StepProps & { readonly decision: Decision }) {
  const { t } = useTranslation(['intake', 'frame']);
  const format = useFormat();
  const answer = (choice: string) =>
    change((draft) => {
      switch (decision.kind) {
        case 'target':
          return decide(draft, { kind: 'target', column: choice, target: target.parse(decision.data.target) });
        case 'decimal-mark':
          return decide(draft, { kind: 'decimalMark', mark: decimalMark.parse(choice) });
        case 'no-compound-id':
          return choice === 'structure' || choice === 'row-number'
            ? decide(draft, { kind: 'constantId', from: choice })
            : decide(draft, { kind: 'target', column: choice, target: 'compound-id' });
        case 'sheet':
          return readAnew(draft, { sheet: choice });
        case 'member':
          return readAnew(draft, { member: choice });
        default:
          return draft;
      }
    });
  if (decision.kind === 'seen-before') {
    const at = format.when(String(decision.data.at));
    return (
      <Section title={t('decisionTitle.seen-before')}>
        <Note tone="warn">{decisionWords(t, 'decisionText', { ...decision, data: { ...decision.data, at } })}</Note>
      </Section>
    );
  }
  if (decision.kind === 'assay-type') return <AssayTypeQuestion decision={decision} change={change} />;
  if (decision.kind === 'unlisted') {
    return (
      <Section title={decisionWords(t, 'decisionTitle', decision)}>
        <Note tone="plain">{decisionWords(t, 'decisionText', decision)}</Note>
      </Section>
    );
  }
  if (decision.kind === 'structures-only') return <CompoundsAlone decision={decision} change={change} />;
  const label = (choice: string) => {
    if (decision.kind === 'no-compound-id' && (choice === 'structure' || choice === 'row-number')) {
      return t(`constants.ids.${choice}`);
    }
    const mark = decimalMark.safeParse(choice);
    return decision.kind === 'decimal-mark' && mark.success ? t(`decimal.${markNames[mark.data]}`) : choice;
  };
  const { suggestion } = decision;
  return (
    <Section title={decisionWords(t, 'decisionTitle', decision)}>
      {decision.kind === 'decimal-mark' ? (
        <Note
          tone="warn"
          action={decision.choices.map((choice) => (
            <Button key={choice} size="small" onClick={() => answer(choice)}>
              {label(choice)}
            </Button>
          ))}
        >
          {decisionWords(t, 'decisionText', decision)}
        </Note>
      ) : (
        <Select
          aria-label={decisionWords(t, 'decisionTitle', decision)}
          data={decision.choices.map((choice) => ({ value: choice, label: label(choice) }))}
          value={suggestion}
          placeholder={t('choose')}
          onChange={(choice) => choice !== null && answer(choice)}
        />
      )}
    </Section>
  );
}

/** Where a column may hold values, the person says that the compounds are all that is meant, or gives a column as values. */
function CompoundsAlone({ decision, change }: Pick<StepProps, 'change'> & { readonly decision: Decision }) {
  const { t } = useTranslation(['intake', 'frame']);
  const open = decision.state === 'open';
  return (
    <Section title={t('decisionTitle.structures-only')}>
      <Note
        tone={open ? 'warn' : 'plain'}
        action={
          open && (
            <Button
              size="small"
              onClick={() => change((draft) => decide(draft, { kind: 'layout', layout: 'structures' }))}
            >
              {t('compoundsAlone')}
            </Button>
          )
        }
      >
        {t('decisionText.structures-only')}
        {open && ` ${decisionWords(t, 'decision', decision)}`}
      </Note>
    </Section>
  );
}

function AssayTypeQuestion({ decision, change }: Pick<StepProps, 'change'> & { readonly decision: Decision }) {
  const { t } = useTranslation(['intake', 'frame']);
  const { id, data, assays = [] } = decision;
  const known = assayType.safeParse(data.known).data;
  const keep = () =>
    change((draft) =>
      known === undefined
        ? draft
        : assays.reduce((before, assay) => decide(before, { kind: 'assayType', assay, type: known }), draft),
    );
  return (
    <Section title={decisionWords(t, 'decisionTitle', decision)}>
      <Note
        tone="warn"
        action={
          <>
            <Button size="small" onClick={keep}>
              {t('keepType', { type: String(data.known) })}
            </Button>
            <Button
              size="small"
              onClick={() =>
                change((draft) => decide(draft, { kind: 'confirmed', id, about: String(data.assay ?? '') }))
              }
            >
              {t('changeType', { type: String(data.chosen) })}
            </Button>
          </>
        }
      >
        {decisionWords(t, 'decisionText', decision)}
      </Note>
    </Section>
  );
}
