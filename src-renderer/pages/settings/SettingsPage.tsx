/** The page of the station Settings. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function SettingsPage() {
  const { t } = useTranslation('frame');
  const title = t('stations.settings');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
