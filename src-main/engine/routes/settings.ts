/** Language and theme. */
import { procedures } from '../procedures.ts';

export const settingsRoutes = {
  preferences: procedures.settings.preferences.handler(({ context }) => context.preferences.read()),
  setPreferences: procedures.settings.setPreferences.handler(({ context, input }) => context.preferences.write(input)),
};
