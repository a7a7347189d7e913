/** Home as the page asks for it. */
import { readHome } from '../home.ts';
import { signedIn } from '../permissions.ts';
import { procedures } from '../procedures.ts';

export const homeRoutes = {
  read: procedures.home.read.handler(({ context }) => {
    const workspace = context.workspace();
    return readHome(workspace, signedIn(workspace));
  }),
};
