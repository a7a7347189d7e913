/** What each fold of the consortium's split is for, the same at every partner. */
import type { FoldRole } from '../contract/chemistry.ts';

export const foldRoles = { test: 0, validation: 1 } as const;

export const foldCount = 5;

export const roleOfFold = (fold: number): FoldRole =>
  fold === foldRoles.test ? 'test' : fold === foldRoles.validation ? 'validation' : 'train';
