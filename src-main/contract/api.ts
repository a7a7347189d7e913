/** The one contract between the engine and the page: a part for each station. */
import { jobsContract } from './jobs.ts';

export const api = {
  jobs: jobsContract,
};
