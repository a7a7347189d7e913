/** Whether an account is in use: icon, word, colour. */
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../src-main/contract/people.ts';
import { Status } from '../../parts/Status.tsx';

export function AccountState({ account: { disabledAt, canSignIn } }: { account: Account }) {
  const { t } = useTranslation('people');
  if (disabledAt !== null) return <Status tone="aside">{t('state.disabled')}</Status>;
  return canSignIn ? (
    <Status tone="ok">{t('state.inUse')}</Status>
  ) : (
    <Status tone="wait" title={t('state.noPassphrase')}>
      {t('state.noPassphrase')}
    </Status>
  );
}
