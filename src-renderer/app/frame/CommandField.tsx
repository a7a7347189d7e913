/** Search and commands, in the exact middle of the top bar; Ctrl K from anywhere. */
import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { IconLock, IconMoon, IconSearch, IconSun, type TablerIcon } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ComponentType, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppearance } from '../appearance.ts';
import { useWorkspace } from '../workspace.tsx';
import classes from './CommandField.module.css';
import { type StationName, stationIcons, stationPaths } from './stations.ts';

type Command = {
  readonly id: string;
  readonly label: string;
  readonly icon: TablerIcon | ComponentType;
  readonly run: () => void;
};

export function CommandField() {
  const { t } = useTranslation('frame');
  const [text, setText] = useState('');
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const input = useRef<HTMLInputElement>(null);
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  useHotkeys([['mod+K', () => input.current?.focus()]], []);

  const commands = useCommands();
  const words = text.trim().toLowerCase().split(/\s+/);
  const found = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));

  return (
    <Combobox
      store={list}
      width={360}
      position="bottom"
      onOptionSubmit={(id) => {
        commands.find((command) => command.id === id)?.run();
        setText('');
        list.closeDropdown();
        input.current?.blur();
      }}
    >
      <Combobox.Target>
        <TextInput
          ref={input}
          aria-label={t('search.label')}
          placeholder={t(small ? 'search.short' : 'search.label')}
          value={text}
          leftSection={<IconSearch className={classes.icon} aria-hidden />}
          rightSection={<kbd className={classes.keys}>Ctrl K</kbd>}
          rightSectionWidth={54}
          rightSectionPointerEvents="none"
          classNames={{ input: classes.input! }}
          onFocus={() => list.openDropdown()}
          onBlur={() => {
            list.closeDropdown();
            setText('');
          }}
          onKeyDown={({ key, currentTarget }) => {
            if (key === 'Escape') currentTarget.blur();
          }}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            list.openDropdown();
            list.selectFirstOption();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown!}>
        <Combobox.Options aria-label={t('search.label')}>
          {found.map(({ id, label, icon: Icon }) => (
            <Combobox.Option key={id} value={id} className={classes.option!}>
              <Icon aria-hidden />
              {label}
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty className={classes.empty!}>{t('search.nothing')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function useCommands(): readonly Command[] {
  const { t } = useTranslation('frame');
  const navigate = useNavigate();
  const { lock } = useWorkspace();
  const { change } = useAppearance();
  const stations = (Object.keys(stationPaths) as StationName[]).map((station) => ({
    id: station,
    label: t('search.goTo', { station: t(`stations.${station}`) }),
    icon: stationIcons[station],
    run: () => void navigate({ to: stationPaths[station] }),
  }));
  return [
    ...stations,
    { id: 'light', label: t('search.light'), icon: IconSun, run: () => change({ theme: 'light' }) },
    { id: 'dark', label: t('search.dark'), icon: IconMoon, run: () => change({ theme: 'dark' }) },
    { id: 'en', label: t('languages.en'), icon: LanguageEn, run: () => change({ language: 'en' }) },
    { id: 'ja', label: t('languages.ja'), icon: LanguageJa, run: () => change({ language: 'ja' }) },
    { id: 'lock', label: t('search.lock'), icon: IconLock, run: lock },
  ];
}

const LanguageEn = () => <span className={classes.language}>EN</span>;
const LanguageJa = () => <span className={classes.language}>日</span>;
