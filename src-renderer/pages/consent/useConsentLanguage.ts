/** The language of the page: what a person signs is put in the words that they read. */
import { useTranslation } from 'react-i18next';

export function useConsentLanguage(): 'en' | 'ja' {
  const { i18n } = useTranslation();
  return i18n.language === 'ja' ? 'ja' : 'en';
}
