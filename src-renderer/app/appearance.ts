/** Language and light or dark: kept by the engine for this user, and here for the first moment of the next start. */
import { useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Preferences } from '../../src-main/contract/settings.ts';
import { useEngine } from './engine.tsx';
import { languageOf, speak } from './words/words.ts';

type Appearance = Preferences & { readonly change: (preferences: Partial<Preferences>) => void };

export function useAppearance(): Appearance {
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const options = queries.settings.preferences.queryOptions();
  const { data = { language: 'system', theme: 'system' } as const } = useQuery(options);
  return {
    ...data,
    change: (preferences) => {
      // An answer that was asked for before the change must not undo it.
      void cache.cancelQueries({ queryKey: options.queryKey }, { revert: false });
      cache.setQueryData(options.queryKey, { ...data, ...preferences });
      void client.settings.setPreferences(preferences);
    },
  };
}

/** Makes the page look and speak as the preferences say. Stands once, at the root. */
export function Appearance() {
  const { language, theme } = useAppearance();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setColorScheme(theme === 'system' ? 'auto' : theme), [theme, setColorScheme]);
  useEffect(() => {
    void speak(languageOf(language));
  }, [language]);
  return null;
}
