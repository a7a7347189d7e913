/** The page of the station Home. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function HomePage() {
  const { t } = useTranslation('frame');
  const title = t('stations.home');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
