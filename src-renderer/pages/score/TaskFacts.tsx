/** The task card and the model cards: always in sight, and in every export. */
import { useTranslation } from 'react-i18next';
import type { ClassCard, ScoringModel, Sheet, TaskCard, ValueCard } from '../../../src-main/contract/scoring.ts';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { predictionText, signOf } from './call.ts';
import classes from './TaskFacts.module.css';
import { useUnit } from './task-name.ts';

type Props = {
  readonly sheet: Pick<Sheet, 'globalModel' | 'ownModel'>;
  readonly card: TaskCard | undefined;
  readonly error: Error | null;
};

export function TaskFacts({ sheet, card, error }: Props) {
  const { t } = useTranslation('score');
  if (error) {
    return (
      <Section title={t('card.title')}>
        <ErrorLine error={error} />
      </Section>
    );
  }
  if (card === undefined) return null;
  return (
    <Section title={t('card.title')}>
      {card.kind === 'class' ? <ClassFacts card={card} /> : <ValueFacts card={card} sheet={sheet} />}
    </Section>
  );
}

/** Figures of both models, or of the one that has any. */
function usePair() {
  const { t } = useTranslation('score');
  return (global: string | null, own: string | null): string =>
    global !== null && own !== null ? t('card.both', { global, own }) : (global ?? own ?? t('card.unmeasured'));
}

function useAssayFacts({ assay, assayType }: TaskCard) {
  const { t } = useTranslation(['score', 'tasks']);
  const federation = useFederation();
  return {
    partner: federation?.identity?.name ?? t('selected.you'),
    assay: { label: t('card.assay'), value: t('card.assayValue', { assay, type: t(`tasks:type.${assayType}`) }) },
  };
}

function ClassFacts({ card }: { card: ClassCard }) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const { partner, assay } = useAssayFacts(card);
  const pair = usePair();
  const { global, own } = card;
  const two = (value: number | null | undefined) => (value == null ? null : format.decimal(value, 2));
  const both = (name: 'aucPr' | 'aucRoc') => pair(two(global?.[name]), two(own?.[name]));
  const rate = card.baseRate === null ? '–' : format.percent(card.baseRate);
  const tested = global ?? own;
  const [first, second] = [two(global?.calibrationError), two(own?.calibrationError)];
  return (
    <KeyValue
      facts={[
        assay,
        { label: t('card.trained'), value: t('card.trainedValue', { count: card.trainedOn, partner }) },
        {
          label: t('card.active'),
          value:
            card.scale === 'binary'
              ? t('card.activeClass', { rate })
              : t('card.activeValue', { sign: signOf(card), threshold: format.decimal(card.threshold, 2), rate }),
        },
        { label: t('card.aucPr'), value: both('aucPr') },
        { label: t('card.aucRoc'), value: both('aucRoc') },
        {
          label: t('card.calibration'),
          value:
            first !== null && second !== null
              ? t('card.calibrationBoth', { global: first, own: second })
              : (first ?? second) === null
                ? t('card.unmeasured')
                : t('card.calibrationValue', { value: first ?? second ?? '' }),
        },
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
  );
}

function ValueFacts({ card, sheet }: { card: ValueCard; sheet: Props['sheet'] }) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const unitOf = useUnit();
  const { partner, assay } = useAssayFacts(card);
  const pair = usePair();
  const { global, own, range } = card;
  const text = (value: number | null | undefined) => (value == null ? null : predictionText(format, card, value));
  const two = (value: number | null | undefined) => (value == null ? null : format.decimal(value, 2));
  const width = (value: number | null | undefined) => {
    const words = text(value);
    return words === null ? null : t('card.intervalValue', { width: words });
  };
  const tested = global ?? own;
  const silent = [global === null ? sheet.globalModel : null, own === null ? sheet.ownModel : null];
  return (
    <>
      <KeyValue
        facts={[
          assay,
          { label: t('card.unit'), value: unitOf(card) },
          {
            label: t('card.trained'),
            value: t('card.trainedValues', { count: card.trainedOn, censored: card.censored, partner }),
          },
          ...(range === null
            ? []
            : [
                {
                  label: t('card.range'),
                  value: t('card.rangeValue', {
                    least: predictionText(format, card, range.least),
                    most: predictionText(format, card, range.most),
                  }),
                },
              ]),
          { label: t('card.interval'), value: pair(width(global?.interval), width(own?.interval)) },
          { label: t('card.rmse'), value: pair(text(global?.rmse), text(own?.rmse)) },
          { label: t('card.rmseUncensored'), value: pair(text(global?.rmseUncensored), text(own?.rmseUncensored)) },
          { label: t('card.r2'), value: pair(two(global?.r2), two(own?.r2)) },
          ...(tested === null
            ? []
            : [
                {
                  label: t('card.tested'),
                  value: t('card.testedValues', { values: tested.values, uncensored: tested.uncensored }),
                },
              ]),
        ]}
      />
      <p className={`${classes.help} small third`}>{t('card.intervalHelp')}</p>
      {silent.map(
        (model) =>
          model && (
            <p key={model.id} className="small second">
              {t('noValues', { model: t(`model.name.${model.kind}`) })}
            </p>
          ),
      )}
    </>
  );
}

export function ModelCards({ sheet }: { sheet: Sheet }) {
  return (
    <>
      {sheet.globalModel && <ModelCard model={sheet.globalModel} />}
      {sheet.ownModel && <ModelCard model={sheet.ownModel} />}
    </>
  );
}

/** Others are counted in steps. */
export const byRounds: readonly ScoringModel['kind'][] = ['global', 'fused'];

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
    <Section title={t(`model.title.${model.kind}`)} end={state}>
      <KeyValue
        facts={[
          {
            label: t('model.version'),
            value: t(byRounds.includes(model.kind) ? 'model.round' : 'model.steps', version),
          },
          {
            label: t('model.predicts'),
            value: [
              t('model.classes', { count: model.tasks }),
              model.values === 0 ? t('model.noValues') : t('model.values', { count: model.values }),
            ].join(t('facts.join')),
          },
          ...(model.kind === 'final' ? [{ label: t('model.learnt'), value: t('model.allFolds') }] : []),
          { label: t('model.hash'), value: <Hash value={model.hash} ends={8} icon /> },
          { label: t('model.runs'), value: t('model.here') },
        ]}
      />
    </Section>
  );
}
