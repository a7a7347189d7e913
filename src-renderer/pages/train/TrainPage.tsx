/** The page of the station Train. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function TrainPage() {
  const { t } = useTranslation('frame');
  const title = t('stations.train');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
