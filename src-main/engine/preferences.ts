/** How the page looks to this user: one small file in their configuration folder, readable before any unlocking. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preferences, type Preferences as Values } from '../contract/settings.ts';

export type Preferences = {
  readonly read: () => Values;
  readonly write: (changes: { readonly [Name in keyof Values]?: Values[Name] | undefined }) => Values;
};

const untouched: Values = { language: 'system', theme: 'system' };

export function openPreferences(configurationFolder: string): Preferences {
  const file = join(configurationFolder, 'preferences.json');
  const read = (): Values => {
    try {
      return preferences.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return untouched; // absent or spoilt: only comfort is lost
    }
  };
  return {
    read,
    write(changes) {
      const values = preferences.parse({ ...read(), ...changes });
      mkdirSync(configurationFolder, { recursive: true, mode: 0o700 });
      writeFileSync(file, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
      return values;
    },
  };
}
