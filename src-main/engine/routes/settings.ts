/** Language, theme, and who is signed in. */
import { signedIn, signIn } from '../person.ts';
import { procedures } from '../procedures.ts';

export const settingsRoutes = {
  preferences: procedures.settings.preferences.handler(({ context }) => context.preferences.read()),
  setPreferences: procedures.settings.setPreferences.handler(({ context, input }) => context.preferences.write(input)),
  person: procedures.settings.person.handler(({ context }) => signedIn(context.workspace())),
  setPerson: procedures.settings.setPerson.handler(({ context, input }) => {
    signIn(context.workspace(), input);
    return input;
  }),
};
