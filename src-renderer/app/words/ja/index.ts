/** All catalogues in Japanese, by station. */
import { audit } from './audit.ts';
import { bundle } from './bundle.ts';
import { care } from './care.ts';
import { checks } from './checks.ts';
import { consent } from './consent.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { home } from './home.ts';
import { intake } from './intake.ts';
import { people } from './people.ts';
import { review } from './review.ts';
import { score } from './score.ts';
import { settings } from './settings.ts';
import { start } from './start.ts';
import { structures } from './structures.ts';
import { submissions } from './submissions.ts';
import { tasks } from './tasks.ts';
import { train } from './train.ts';
import { tuning } from './tuning.ts';

export const ja = {
  frame,
  errors,
  start,
  home,
  intake,
  structures,
  tasks,
  train,
  tuning,
  people,
  review,
  checks,
  submissions,
  consent,
  score,
  audit,
  bundle,
  settings,
  care,
} as const;
