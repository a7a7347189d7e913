/** Which workspace and round this is, what can be found or done, what the network does now, and who is signed in as what. */
import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconLock, IconLogout, IconRefresh, IconUsersGroup } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useAppearance } from '../appearance.ts';
import { currentStep, useFederation } from '../federation.ts';
import { useWorkspace } from '../workspace.tsx';
import { CommandField } from './CommandField.tsx';
import { Mark } from './Mark.tsx';
import { NetworkState } from './NetworkState.tsx';
import classes from './TopBar.module.css';

export function TopBar() {
  const { t } = useTranslation('frame');
  const { name } = useWorkspace();
  const federation = useFederation();
  const round = federation?.round;
  const step = round && currentStep(round);
  return (
    <header className={classes.bar}>
      <div className={classes.product}>
        <Mark />
        <span className={classes.productName}>{t('product')}</span>
      </div>
      <div className={classes.facts}>
        <span className={`${classes.workspace} strong cut`} title={name}>
          {name}
        </span>
        <span className={classes.fact}>
          <IconUsersGroup aria-hidden />
          <span className="cut">{federation?.consortium?.name ?? t('noConsortium')}</span>
        </span>
        {round && (
          <span className={classes.fact}>
            <IconRefresh aria-hidden />
            <span className="cut">
              {round.kind === 'counting' ? t('counting') : t('round', { round: round.round })} ·{' '}
              {step ? t(`roundNow.${step}`) : t(`roundStates.${round.state}`)}
            </span>
          </span>
        )}
      </div>
      <CommandField />
      <div className={classes.state}>
        <NetworkState />
        <PersonMenu />
      </div>
    </header>
  );
}

function PersonMenu() {
  const { t } = useTranslation(['frame', 'people']);
  const { person, lock, signOut } = useWorkspace();
  const { theme, language, change } = useAppearance();
  const tick = (chosen: boolean) => (chosen ? <IconCheck aria-hidden /> : <span className={classes.tickSpace} />);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <span className={classes.initials} aria-hidden>
            {initials(person.name)}
          </span>
          <span className="strong cut">{person.name}</span>
          <span className={classes.role}>{t(`roles.${person.role}`)}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLogout aria-hidden />} onClick={signOut}>
          {t('people:menu.signOut')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('person.appearance')}</Menu.Label>
        {(['light', 'dark', 'system'] as const).map((option) => (
          <Menu.Item key={option} leftSection={tick(option === theme)} onClick={() => change({ theme: option })}>
            {t(`search.${option}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('person.language')}</Menu.Label>
        {(['en', 'ja', 'system'] as const).map((option) => (
          <Menu.Item key={option} leftSection={tick(option === language)} onClick={() => change({ language: option })}>
            {t(`languages.${option}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLock aria-hidden />} onClick={lock}>
          {t('person.lock')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The first letters of a name's first and last word; of a Japanese name, the first character. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.slice(0, 1) ?? '';
  if (/[\u3040-\u9fff]/.test(first)) return first;
  return (first + (words.length > 1 ? words.at(-1)!.slice(0, 1) : '')).toUpperCase();
}
