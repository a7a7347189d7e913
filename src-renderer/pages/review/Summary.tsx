/** The first depth of Review: the sentence, what leaves and what stays, the tensors, the checks, what has changed. */
import { useTranslation } from 'react-i18next';
import type { PackageView } from '../../../src-main/contract/release.ts';
import { useFormat } from '../../app/format.ts';
import { Checks } from './Checks.tsx';
import { Difference } from './Difference.tsx';
import { LeavesAndStays } from './LeavesAndStays.tsx';
import { Membership } from './Membership.tsx';
import classes from './Summary.module.css';
import { Tensors } from './Tensors.tsx';

export function Summary({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  return (
    <div className={classes.frame}>
      <div className={classes.summary}>
        <p className={`${classes.sentence} sentence`}>
          <span className="strong">
            {t('sentence.lead', { bytes: format.bytes(frozen.bytes), consortium: frozen.recipientName })}
          </span>{' '}
          {frozen.round === 0
            ? t('sentence.counts')
            : t('sentence.holds', { count: frozen.manifest.content.tensors.length })}
        </p>
        <LeavesAndStays frozen={frozen} />
        <Tensors frozen={frozen} />
        <Membership frozen={frozen} />
        <div className={classes.below}>
          <Checks frozen={frozen} />
          <Difference frozen={frozen} />
        </div>
      </div>
    </div>
  );
}
