/** The stations in the order in which data passes them, with their icons. The rail, the commands and Home all follow it. */
import {
  IconChartLine,
  IconEyeCheck,
  IconFileImport,
  IconGauge,
  IconHexagons,
  IconHome,
  IconLink,
  IconSend,
  IconSettings,
  IconTarget,
  IconUsers,
  IconWritingSign,
  type TablerIcon,
} from '@tabler/icons-react';

export type StationName =
  | 'home'
  | 'import'
  | 'structures'
  | 'tasks'
  | 'train'
  | 'consent'
  | 'review'
  | 'submissions'
  | 'score'
  | 'audit'
  | 'people'
  | 'settings';

export const stationIcons: Readonly<Record<StationName, TablerIcon>> = {
  home: IconHome,
  import: IconFileImport,
  structures: IconHexagons,
  tasks: IconTarget,
  train: IconChartLine,
  consent: IconWritingSign,
  review: IconEyeCheck,
  submissions: IconSend,
  score: IconGauge,
  audit: IconLink,
  people: IconUsers,
  settings: IconSettings,
};

export const stationPaths = {
  home: '/',
  import: '/import',
  structures: '/structures',
  tasks: '/tasks',
  train: '/train',
  consent: '/consent',
  review: '/review',
  submissions: '/submissions',
  score: '/score',
  audit: '/audit',
  people: '/people',
  settings: '/settings',
} as const satisfies Readonly<Record<StationName, string>>;

export const onThisMachine = ['import', 'structures', 'tasks', 'train'] as const;
export const leavesWhenApproved = ['consent', 'review', 'submissions'] as const;
export const comesBack = ['score'] as const;
export const atTheFoot = ['audit', 'people', 'settings'] as const;
