/** The one contract between the engine and the page: a part for each station. */
import { chemistryContract } from './chemistry.ts';
import { jobsContract } from './jobs.ts';
import { scoringContract } from './scoring.ts';
import { tasksContract } from './tasks.ts';
import { trainingContract } from './training.ts';

export const api = {
  jobs: jobsContract,
  chemistry: chemistryContract,
  tasks: tasksContract,
  training: trainingContract,
  scoring: scoringContract,
};
