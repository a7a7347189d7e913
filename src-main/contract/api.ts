/** The one contract between the engine and the page: a part for each station. */
import { auditContract } from './audit.ts';
import { chemistryContract } from './chemistry.ts';
import { consentContract } from './consent.ts';
import { exchangeContract } from './exchange.ts';
import { federationContract } from './federation.ts';
import { homeContract } from './home.ts';
import { intakeContract } from './intake.ts';
import { jobsContract } from './jobs.ts';
import { peopleContract } from './people.ts';
import { providersContract } from './providers.ts';
import { releaseContract } from './release.ts';
import { scoringContract } from './scoring.ts';
import { settingsContract } from './settings.ts';
import { tasksContract } from './tasks.ts';
import { trainingContract } from './training.ts';
import { tuningContract } from './tuning.ts';
import { uploadContract } from './upload.ts';
import { workspaceContract } from './workspace.ts';

export const api = {
  workspace: workspaceContract,
  settings: settingsContract,
  people: peopleContract,
  upload: uploadContract,
  jobs: jobsContract,
  intake: intakeContract,
  chemistry: chemistryContract,
  tasks: tasksContract,
  training: trainingContract,
  tuning: tuningContract,
  providers: providersContract,
  federation: federationContract,
  consent: consentContract,
  scoring: scoringContract,
  release: releaseContract,
  exchange: exchangeContract,
  audit: auditContract,
  home: homeContract,
};
