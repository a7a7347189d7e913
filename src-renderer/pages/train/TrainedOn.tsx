/** What a run was trained on, and why not on the provider that was chosen. */
import { useTranslation } from 'react-i18next';
import type { UsedProvider } from '../../../src-main/contract/providers.ts';
import { Section } from '../../parts/Page.tsx';

export function TrainedOn({ provider: { name, trouble } }: { readonly provider: UsedProvider }) {
  const { t } = useTranslation(['settings', 'train']);
  const named = trouble?.provider ?? null;
  return (
    <Section title={t('train:runs.trainedOn')} facts={t(`providers.names.${name}`)}>
      {trouble && named && (
        <p className="second small">
          {t(`providers.reasons.${trouble.reason}`, { provider: t(`providers.names.${named}`) })}
        </p>
      )}
    </Section>
  );
}
