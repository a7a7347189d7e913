/** The page of the station Score. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader } from '../../parts/Page.tsx';

export function ScorePage() {
  const { t } = useTranslation('frame');
  const title = t('stations.score');
  return (
    <Page title={title}>
      <PageHeader title={title} />
    </Page>
  );
}
