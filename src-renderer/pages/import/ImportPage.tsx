/** The page of the station Import. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function ImportPage() {
  const { t } = useTranslation('frame');
  const title = t('stations.import');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
