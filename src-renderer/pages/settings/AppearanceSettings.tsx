/** Language and light or dark, of this user on this machine. */
import { useTranslation } from 'react-i18next';
import { preferences } from '../../../src-main/contract/settings.ts';
import { useAppearance } from '../../app/appearance.ts';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { SegmentedFilter } from '../../parts/SegmentedFilter.tsx';
import classes from './SettingsPage.module.css';

export function AppearanceSettings() {
  const { t } = useTranslation('settings');
  const { language, theme, change } = useAppearance();
  return (
    <Section title={t('sections.appearance')}>
      <p className={classes.text}>{t('appearance.note')}</p>
      <div className={classes.beside}>
        <KeyValue
          labelWidth={96}
          facts={[
            {
              label: t('appearance.language'),
              value: (
                <SegmentedFilter
                  label={t('appearance.language')}
                  value={language}
                  onChange={(chosen) => change({ language: chosen })}
                  segments={preferences.shape.language.options.map((value) => ({
                    value,
                    label: t(`appearance.languages.${value}`),
                  }))}
                />
              ),
            },
            {
              label: t('appearance.theme'),
              value: (
                <SegmentedFilter
                  label={t('appearance.theme')}
                  value={theme}
                  onChange={(chosen) => change({ theme: chosen })}
                  segments={preferences.shape.theme.options.map((value) => ({
                    value,
                    label: t(`appearance.themes.${value}`),
                  }))}
                />
              ),
            },
          ]}
        />
      </div>
    </Section>
  );
}
