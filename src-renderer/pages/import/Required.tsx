/** The targets that gate the next step, each with the column that it comes from. */
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Inspection } from '../../../src-main/contract/intake.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import { Constants } from './Constants.tsx';
import classes from './Required.module.css';
import type { StepProps } from './step.ts';
import { targetWords } from './words.ts';

type RequiredTarget = Inspection['required'][number];

const tones: Readonly<Record<RequiredTarget['state'], Tone>> = {
  met: 'ok',
  doubtful: 'warn',
  missing: 'bad',
  'not-needed': 'aside',
};

export function Required(props: StepProps) {
  const { t } = useTranslation(['intake', 'frame']);
  const { required } = props.inspection;
  const needed = required.filter(({ optional, state }) => !optional && state !== 'not-needed');
  const met = needed.filter(({ state }) => state === 'met');
  return (
    <Section title={t('required.title')} end={t('required.of', { met: met.length, all: needed.length })}>
      <ul className={classes.targets}>
        {required.map((one) => (
          <li key={one.target} className={classes.target} data-optional={one.optional || undefined}>
            <Status tone={one.optional && one.state === 'missing' ? 'aside' : tones[one.state]} />
            <span className="cut">
              {one.optional
                ? t('required.optional', { target: targetWords(t, one.target) })
                : targetWords(t, one.target)}
            </span>
            <IconArrowLeft aria-hidden />
            <Source one={one} relation={props.mapping.constants.relation ?? '='} />
          </li>
        ))}
      </ul>
      <Constants {...props} />
    </Section>
  );
}

type SourceProps = { readonly one: RequiredTarget; readonly relation: string };

function Source({ one: { target, state, optional, from }, relation }: SourceProps) {
  const { t } = useTranslation('intake');
  if (state === 'doubtful') {
    return (
      <span className={classes.doubtful} title={from.join(', ')}>
        {from[0] ?? t('required.doubtful')}
      </span>
    );
  }
  if (from.length === 0) {
    const words =
      target === 'relation' && optional ? t('required.relationInCells', { relation }) : t('required.missing');
    return <span className={state === 'missing' && !optional ? classes.missing : 'third'}>{words}</span>;
  }
  return (
    <span className="second cut" title={from.join(', ')}>
      {from.join(', ')}
    </span>
  );
}
