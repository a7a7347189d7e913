/** The task card and the model cards: always in sight, and in every export. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ScoringModel, Sheet, TaskCard } from '../../../src-main/contract/scoring.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { signOf } from './call.ts';

export function TaskFacts({ sheet, taskId }: { sheet: Sheet; taskId: number }) {
  const { t } = useTranslation(['score', 'tasks']);
  const { queries } = useEngine();
  const format = useFormat();
  const federation = useFederation();
  const { data: card, error } = useQuery(queries.scoring.task.queryOptions({ input: { sheetId: sheet.id, taskId } }));
  if (error) {
    return (
      <Section title={t('card.title')}>
        <ErrorLine error={error} />
      </Section>
    );
  }
  if (card === undefined) return null;
  const partner = federation?.identity?.name ?? t('selected.you');
  const tested = card.global ?? card.own;
  const pair = (read: (result: NonNullable<TaskCard['own']>) => number | null) => {
    const global = card.global && read(card.global);
    const own = card.own && read(card.own);
    if (global !== null && own !== null) {
      return t('card.both', { global: format.decimal(global, 2), own: format.decimal(own, 2) });
    }
    const one = global ?? own;
    return one === null ? t('card.unmeasured') : format.decimal(one, 2);
  };
  return (
    <Section title={t('card.title')}>
      <KeyValue
        facts={[
          {
            label: t('card.assay'),
            value: t('card.assayValue', { assay: card.assay, type: t(`tasks:type.${card.assayType}`) }),
          },
          { label: t('card.trained'), value: t('card.trainedValue', { count: card.trainedOn, partner }) },
          {
            label: t('card.active'),
            value: t('card.activeValue', {
              sign: signOf(card),
              threshold: format.decimal(card.threshold, 2),
              rate: card.baseRate === null ? '–' : format.percent(card.baseRate),
            }),
          },
          { label: t('card.aucPr'), value: pair(({ aucPr }) => aucPr) },
          { label: t('card.aucRoc'), value: pair(({ aucRoc }) => aucRoc) },
          { label: t('card.calibration'), value: calibration(card) },
          ...(tested === null
            ? []
            : [
                {
                  label: t('card.tested'),
                  value: t('card.testedValue', { actives: tested.actives, inactives: tested.inactives }),
                },
              ]),
        ]}
      />
    </Section>
  );

  function calibration({ global, own }: TaskCard): string {
    const [first, second] = [global?.calibrationError ?? null, own?.calibrationError ?? null];
    if (first !== null && second !== null) {
      return t('card.calibrationBoth', { global: format.decimal(first, 2), own: format.decimal(second, 2) });
    }
    const one = first ?? second;
    return one === null ? t('card.unmeasured') : t('card.calibrationValue', { value: format.decimal(one, 2) });
  }
}

export function ModelCards({ sheet }: { sheet: Sheet }) {
  return (
    <>
      {sheet.globalModel && <ModelCard model={sheet.globalModel} />}
      {sheet.ownModel && <ModelCard model={sheet.ownModel} />}
    </>
  );
}

const titles = {
  alone: 'model.own',
  global: 'model.global',
  fused: 'model.fused',
  final: 'model.final',
  retrained: 'model.retrained',
} as const;

const byRounds: readonly ScoringModel['kind'][] = ['global', 'fused'];

function ModelCard({ model }: { model: ScoringModel }) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const state = !model.usable ? (
    <Status tone="warn">{t('model.unusable')}</Status>
  ) : model.current ? (
    <Status tone="ok">{t('model.current')}</Status>
  ) : (
    <Status tone="warn">{t('model.superseded')}</Status>
  );
  const version = { step: model.step, when: format.day(model.createdAt) };
  return (
    <Section title={t(titles[model.kind])} end={state}>
      <KeyValue
        facts={[
          {
            label: t('model.version'),
            value: t(byRounds.includes(model.kind) ? 'model.round' : 'model.steps', version),
          },
          { label: t('model.hash'), value: <Hash value={model.hash} ends={8} icon /> },
          { label: t('model.runs'), value: t('model.here') },
        ]}
      />
    </Section>
  );
}
