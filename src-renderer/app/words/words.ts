/** The page's words: one catalogue per station and language, loaded at start, with keys checked by the compiler. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en/index.ts';
import { ja } from './ja/index.ts';

export const languages = ['en', 'ja'] as const;
export type Language = (typeof languages)[number];

const remembered = 'chorale.language';

export async function startWords(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en, ja },
    lng: localStorage.getItem(remembered) ?? languageOf('system'),
    supportedLngs: [...languages],
    fallbackLng: 'en',
    defaultNS: 'frame',
    interpolation: { escapeValue: false },
  });
  i18next.services.formatter?.add('number', inFigures);
  document.documentElement.lang = i18next.language;
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(remembered, language);
  if (i18next.language !== language) await i18next.changeLanguage(language);
}

export function languageOf(chosen: Language | 'system'): Language {
  if (chosen !== 'system') return chosen;
  return navigator.languages.find((language) => /^(en|ja)\b/.test(language))?.startsWith('ja') ? 'ja' : 'en';
}

/** Grouped by the language, with a true minus. Only the value counts: a sentence's other facts are no options of it. */
const inFigures = (value: unknown, language: string | undefined): string =>
  typeof value === 'number'
    ? new Intl.NumberFormat(language, { maximumFractionDigits: 3 }).format(value).replaceAll('-', '\u2212')
    : String(value);
