/** What is missing to an assay's next step, in one line that a person can act on. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { NearMiss } from '../../../src-main/contract/tasks.ts';

export function useNearMiss(): (miss: NearMiss) => string {
  const { t } = useTranslation('tasks');
  return useCallback(
    ({ goal, fold, folds, actives, inactives, values }) => {
      const parts = [
        actives > 0 && t('near.actives', { count: actives }),
        inactives > 0 && t('near.inactives', { count: inactives }),
        values > 0 && t('near.values', { count: values }),
      ].filter((part) => part !== false);
      const what = parts.join(t('near.and'));
      const where =
        fold === null ? what : folds > 1 ? t('near.inFolds', { what, folds }) : t('near.inFold', { what, fold });
      return t(`near.${goal}`, { what: where });
    },
    [t],
  );
}
