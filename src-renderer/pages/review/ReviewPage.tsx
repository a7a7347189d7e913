/** The page of the station Review. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function ReviewPage() {
  const { t } = useTranslation('frame');
  const title = t('stations.review');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
