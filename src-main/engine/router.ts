/** The engine's side of the contract: every station's routes. */
import { procedures } from './procedures.ts';
import { auditRoutes } from './routes/audit.ts';
import { chemistryRoutes } from './routes/chemistry.ts';
import { chemistryRulesRoutes } from './routes/chemistry-rules.ts';
import { consentRoutes } from './routes/consent.ts';
import { exchangeRoutes } from './routes/exchange.ts';
import { federationRoutes } from './routes/federation.ts';
import { homeRoutes } from './routes/home.ts';
import { intakeRoutes } from './routes/intake.ts';
import { jobsRoutes } from './routes/jobs.ts';
import { peopleRoutes } from './routes/people.ts';
import { providersRoutes } from './routes/providers.ts';
import { releaseRoutes } from './routes/release.ts';
import { scoringRoutes } from './routes/scoring.ts';
import { settingsRoutes } from './routes/settings.ts';
import { tasksRoutes } from './routes/tasks.ts';
import { trainingRoutes } from './routes/training.ts';
import { tuningRoutes } from './routes/tuning.ts';
import { uploadRoutes } from './routes/upload.ts';
import { workspaceRoutes } from './routes/workspace.ts';

export const router = procedures.router({
  workspace: workspaceRoutes,
  settings: settingsRoutes,
  people: peopleRoutes,
  upload: uploadRoutes,
  jobs: jobsRoutes,
  intake: intakeRoutes,
  chemistry: { ...chemistryRoutes, ...chemistryRulesRoutes },
  tasks: tasksRoutes,
  training: trainingRoutes,
  tuning: tuningRoutes,
  providers: providersRoutes,
  scoring: scoringRoutes,
  federation: federationRoutes,
  consent: consentRoutes,
  release: releaseRoutes,
  exchange: exchangeRoutes,
  audit: auditRoutes,
  home: homeRoutes,
});
