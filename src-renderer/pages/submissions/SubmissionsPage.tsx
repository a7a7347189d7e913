/** The page of the station Submissions. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function SubmissionsPage() {
  const { t } = useTranslation('frame');
  const title = t('stations.submissions');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
