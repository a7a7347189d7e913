/** The engine's side of the contract: every station's routes. */
import { procedures } from './procedures.ts';
import { jobsRoutes } from './routes/jobs.ts';
import { settingsRoutes } from './routes/settings.ts';
import { uploadRoutes } from './routes/upload.ts';
import { workspaceRoutes } from './routes/workspace.ts';

export const router = procedures.router({
  workspace: workspaceRoutes,
  settings: settingsRoutes,
  upload: uploadRoutes,
  jobs: jobsRoutes,
});
