/** Language, theme, and who is signed in. */
import { auditAct } from '../audited.ts';
import { signedIn, signIn } from '../person.ts';
import { procedures } from '../procedures.ts';

export const settingsRoutes = {
  preferences: procedures.settings.preferences.handler(({ context }) => context.preferences.read()),
  setPreferences: procedures.settings.setPreferences.handler(({ context, input }) => context.preferences.write(input)),
  person: procedures.settings.person.handler(({ context }) => signedIn(context.workspace())),
  setPerson: procedures.settings.setPerson.handler(({ context, input }) => {
    const workspace = context.workspace();
    signIn(workspace, input);
    auditAct(workspace, { act: 'settings-changed', subject: 'person', detail: { role: input.role } });
    return input;
  }),
};
