/** Every page and its address. The part after `#` is the page's own, so it works the same under `app://` and http. */
import { createHashHistory, createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { AuditPage } from '../pages/audit/AuditPage.tsx';
import { auditSearch } from '../pages/audit/search.ts';
import { ConsentPage } from '../pages/consent/ConsentPage.tsx';
import { consentSearch } from '../pages/consent/search.ts';
import { HomePage } from '../pages/home/HomePage.tsx';
import { ImportPage } from '../pages/import/ImportPage.tsx';
import { importSearch } from '../pages/import/search.ts';
import { PeoplePage } from '../pages/people/PeoplePage.tsx';
import { ReviewPage } from '../pages/review/ReviewPage.tsx';
import { reviewSearch } from '../pages/review/search.ts';
import { ScorePage } from '../pages/score/ScorePage.tsx';
import { scoreSearch } from '../pages/score/search.ts';
import { SettingsPage } from '../pages/settings/SettingsPage.tsx';
import { StructuresPage } from '../pages/structures/StructuresPage.tsx';
import { structuresSearch } from '../pages/structures/search.ts';
import { SubmissionsPage } from '../pages/submissions/SubmissionsPage.tsx';
import { TasksPage } from '../pages/tasks/TasksPage.tsx';
import { trainSearch } from '../pages/train/search.ts';
import { TrainPage } from '../pages/train/TrainPage.tsx';
import { Frame } from './frame/Frame.tsx';
import { PageError } from './frame/PageError.tsx';

const root = createRootRoute({ component: Frame, errorComponent: PageError });
const at = () => root;

const tree = root.addChildren([
  createRoute({ getParentRoute: at, path: '/', component: HomePage }),
  createRoute({ getParentRoute: at, path: '/import', validateSearch: importSearch, component: ImportPage }),
  createRoute({ getParentRoute: at, path: '/structures', validateSearch: structuresSearch, component: StructuresPage }),
  createRoute({ getParentRoute: at, path: '/tasks', component: TasksPage }),
  createRoute({ getParentRoute: at, path: '/train', validateSearch: trainSearch, component: TrainPage }),
  createRoute({ getParentRoute: at, path: '/consent', validateSearch: consentSearch, component: ConsentPage }),
  createRoute({ getParentRoute: at, path: '/review', validateSearch: reviewSearch, component: ReviewPage }),
  createRoute({ getParentRoute: at, path: '/submissions', component: SubmissionsPage }),
  createRoute({ getParentRoute: at, path: '/score', validateSearch: scoreSearch, component: ScorePage }),
  createRoute({ getParentRoute: at, path: '/audit', validateSearch: auditSearch, component: AuditPage }),
  createRoute({ getParentRoute: at, path: '/people', component: PeoplePage }),
  createRoute({ getParentRoute: at, path: '/settings', component: SettingsPage }),
  createRoute({
    getParentRoute: at,
    path: '$',
    beforeLoad: () => {
      throw redirect({ to: '/' });
    },
  }),
]);

export const makeRouter = () =>
  createRouter({ routeTree: tree, history: createHashHistory(), defaultErrorComponent: PageError });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
