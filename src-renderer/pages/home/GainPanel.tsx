/** What the consortium has added: the newest global model against the model trained alone, on the test fold. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { IntervalDots } from '../../parts/IntervalDots.tsx';
import { Section } from '../../parts/Page.tsx';

export function GainPanel() {
  const { t } = useTranslation('home');
  const { queries } = useEngine();
  const { data: models = [] } = useQuery(queries.training.models.queryOptions({ input: {} }));
  const global = models.find(({ kind }) => kind === 'global');
  const alone = models.find(({ kind, taskSetId }) => kind === 'alone' && taskSetId === global?.taskSetId);
  const { data: benefit } = useQuery({
    ...queries.training.benefit.queryOptions({
      input: { aloneModelId: alone?.id ?? '', globalModelId: global?.id ?? '' },
    }),
    enabled: global !== undefined && alone !== undefined,
  });
  const gains = benefit?.gains ?? [];
  const all = gains.find(({ group }) => group === 'all');
  const rows = gains.flatMap(({ group, difference, interval }) =>
    interval === null || group === 'size'
      ? []
      : [{ id: group, label: group === 'all' ? t('gain.all') : group, value: difference, ...interval }],
  );
  if (rows.length === 0) return null;
  return (
    <Section title={t('gain.title')} end={all && t('gain.facts', { tasks: all.tasks })}>
      <IntervalDots label={t('gain.title')} rows={rows} zero={t('gain.alone')} />
    </Section>
  );
}
