/** The two models that a sheet is made with: the newest of each kind, or others of the same tasks. */
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ScoringModel } from '../../../src-main/contract/scoring.ts';
import { useFormat } from '../../app/format.ts';
import classes from './EntryForm.module.css';
import { byRounds } from './TaskFacts.tsx';

type Slot = 'global' | 'own';

/** Ids; null takes the newest. */
export type ChosenModels = Readonly<Record<Slot, string | null>>;

/** Kinds that may stand in each place, the one that is taken unasked first. */
const kindsOf: Readonly<Record<Slot, readonly ScoringModel['kind'][]>> = {
  global: ['global', 'fused', 'retrained'],
  own: ['alone', 'final'],
};

/** Stands for what scoring takes by itself. */
const newest = 'newest';

type Props = {
  readonly models: readonly ScoringModel[];
  readonly chosen: ChosenModels;
  readonly onChange: (chosen: ChosenModels) => void;
};

/** Nothing where there is nothing to choose: one model of each place at most. */
export function ModelChoice({ models, chosen, onChange }: Props) {
  const { t } = useTranslation('score');
  const name = useModelName();
  const usable = models.filter(({ usable }) => usable);
  const taskSetOf = (slot: Slot) => usable.find(({ id }) => id === chosen[slot])?.taskSetId;
  const slots = (['global', 'own'] as const).map((slot) => {
    const all = usable.filter(({ kind }) => kindsOf[slot].includes(kind));
    const beside = taskSetOf(slot === 'global' ? 'own' : 'global');
    return { slot, all, fitting: all.filter(({ taskSetId }) => beside === undefined || taskSetId === beside) };
  });
  if (slots.every(({ all }) => all.length < 2)) return null;
  return (
    <div>
      <div className={classes.models}>
        {slots.map(
          ({ slot, all, fitting }) =>
            all.length > 0 && (
              <Select
                key={slot}
                label={t(`entry.${slot}`)}
                allowDeselect={false}
                value={chosen[slot] ?? newest}
                data={[
                  { value: newest, label: t(`entry.newest.${slot}`) },
                  ...kindsOf[slot].map((kind) => ({
                    group: t(`model.title.${kind}`),
                    items: fitting
                      .filter((model) => model.kind === kind)
                      .map((model) => ({ value: model.id, label: name(model) })),
                  })),
                ]}
                onChange={(value) => onChange({ ...chosen, [slot]: value === newest ? null : value })}
              />
            ),
        )}
      </div>
      {slots.some(({ all, fitting }) => fitting.length < all.length) && (
        <p className="small third">{t('entry.otherTasks')}</p>
      )}
    </div>
  );
}

/** What will be used, as the engine chooses it. */
export function useModelNames(models: readonly ScoringModel[], chosen: ChosenModels): readonly string[] {
  const { t } = useTranslation('score');
  const name = useModelName();
  const usable = models.filter(({ usable }) => usable);
  const asked = (slot: Slot) => usable.find(({ id }) => id === chosen[slot]);
  const newestOf = (slot: Slot, taskSetId: number | undefined) =>
    usable.find(
      (model) => model.kind === kindsOf[slot][0] && (taskSetId === undefined || model.taskSetId === taskSetId),
    );
  const global = asked('global') ?? newestOf('global', asked('own')?.taskSetId);
  const own = asked('own') ?? newestOf('own', global?.taskSetId);
  return [global, own].flatMap((model) => (model === undefined ? [] : [name(model, t(`model.name.${model.kind}`))]));
}

function useModelName() {
  const { t } = useTranslation('score');
  const format = useFormat();
  return ({ kind, step, createdAt }: ScoringModel, name: string = t(`model.title.${kind}`)): string =>
    t(byRounds.includes(kind) ? 'entry.rounds' : 'entry.steps', { model: name, step, when: format.moment(createdAt) });
}
