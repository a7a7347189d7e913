/** Why a threshold is what it is, in words: the rule, and the shares that led to it. */
import { useTranslation } from 'react-i18next';
import type { ThresholdReason } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { thresholdText } from './threshold.ts';

export function useReason(): (reason: ThresholdReason) => string {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const join = (values: readonly string[]) => values.join(t('reason.shareJoin'));
  return ({ key, data }) => {
    const list = (name: string): readonly number[] => {
      const value = data[name];
      return Array.isArray(value) ? value : typeof value === 'number' ? [value] : [];
    };
    switch (key) {
      case 'tasks.reason.fixedAdaptive': {
        const tried = list('tried');
        const shares = list('shares');
        const share = list('activeShare')[0];
        if (tried.length === 0 || share === undefined) return t('reason.fixedAdaptivePlain');
        return t('reason.fixedAdaptive', {
          tried: join(tried.map((value) => format.decimal(value, value % 1 === 0 ? 0 : 1))),
          share: format.percent(share),
          reached: join(
            tried
              .slice(0, shares.length)
              .map((threshold, index) =>
                t('reason.shareAt', { share: format.percent(shares[index]!), threshold: format.decimal(threshold, 2) }),
              ),
          ),
        });
      }
      case 'tasks.reason.median': {
        const tried = list('tried');
        return tried.length === 0
          ? t('reason.medianPlain')
          : t('reason.median', { tried: join(tried.map((value) => format.decimal(value, value % 1 === 0 ? 0 : 1))) });
      }
      case 'tasks.reason.medianQuartile':
        return t('reason.medianQuartile', {
          median: thresholdText(format, list('median')[0] ?? Number.NaN),
          quartile: thresholdText(format, list('quartile')[0] ?? Number.NaN),
        });
      case 'tasks.reason.expert':
        return t('reason.expert');
      case 'tasks.reason.tooFewValues':
        return t('reason.tooFewValues');
      case 'tasks.reason.typeComesLater':
        return t('reason.typeComesLater');
      case 'tasks.reason.binary':
        return t('reason.binary');
      case 'tasks.reason.screening':
        return t('reason.screening', { threshold: format.decimal(list('threshold')[0] ?? Number.NaN, 2) });
      case 'tasks.reason.catalogue':
        return t('reason.catalogue', { name: String(data.name ?? '') });
      case 'tasks.reason.auxiliaryOff':
        return t('reason.auxiliaryOff');
      case 'tasks.reason.noVariance':
        return t('reason.noVariance', { folds: join(list('folds').map((fold) => format.count(fold))) });
    }
  };
}
