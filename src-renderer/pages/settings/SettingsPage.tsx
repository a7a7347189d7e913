/** The page of the station Settings: language and appearance, person, chemistry, providers, machine, the consortium. */
import { useTranslation } from 'react-i18next';
import { Page, PageHeader, Scroll } from '../../parts/Page.tsx';
import { AppearanceSettings } from './AppearanceSettings.tsx';
import { BackupSettings } from './BackupSettings.tsx';
import { ChemistrySettings } from './ChemistrySettings.tsx';
import { ConsortiumSettings } from './ConsortiumSettings.tsx';
import { IdentitySettings } from './IdentitySettings.tsx';
import { KeySettings } from './KeySettings.tsx';
import { MachineSettings } from './MachineSettings.tsx';
import { PassphraseSettings } from './PassphraseSettings.tsx';
import { PersonSettings } from './PersonSettings.tsx';
import { ProviderSettings } from './ProviderSettings.tsx';
import classes from './SettingsPage.module.css';
import { WayOutSettings } from './WayOutSettings.tsx';

export function SettingsPage() {
  const { t } = useTranslation(['settings', 'frame']);
  const title = t('frame:stations.settings');
  return (
    <Page title={title}>
      <PageHeader title={title} />
      <Scroll>
        <div className={classes.settings}>
          <div className={classes.person}>
            <AppearanceSettings />
            <PersonSettings />
            <ChemistrySettings />
            <ProviderSettings />
          </div>
          <div className={classes.machine}>
            <MachineSettings />
            <PassphraseSettings />
            <BackupSettings />
          </div>
          <div className={classes.outside}>
            <IdentitySettings />
            <ConsortiumSettings />
            <WayOutSettings />
            <KeySettings />
          </div>
        </div>
      </Scroll>
    </Page>
  );
}
