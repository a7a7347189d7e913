/** The page of the station Structures. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function StructuresPage() {
  const { t } = useTranslation('frame');
  const title = t('stations.structures');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
