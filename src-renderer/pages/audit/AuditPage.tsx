/** The page of the station Audit. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function AuditPage() {
  const { t } = useTranslation('frame');
  const title = t('stations.audit');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
