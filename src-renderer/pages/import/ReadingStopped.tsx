/** The file while it is being read, and what stands there when it cannot be: the fact, the place, and the ways out. */
import { Button, Radio } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { knownError } from '../../link/errors.ts';
import { Empty } from '../../parts/Empty.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Scroll, WizardFooter } from '../../parts/Page.tsx';
import { type Draft, readAnew, readingOf } from './draft.ts';
import classes from './ReadingStopped.module.css';

export function Reading({ name }: { name: string }) {
  const { t } = useTranslation('intake');
  return (
    <div className={classes.busy} role="status">
      <p className="strong">{t('reading.busy', { name })}</p>
      <p className="second">{t('reading.busyText')}</p>
    </div>
  );
}

type Props = {
  readonly error: unknown;
  readonly draft: Draft;
  readonly change: (next: (draft: Draft) => Draft) => void;
};

export function ReadingStopped({ error, draft, change }: Props) {
  const { t } = useTranslation(['intake', 'frame']);
  const navigate = useNavigate();
  const [way, setWay] = useState<'ordinary' | 'correct'>('ordinary');
  const known = knownError(error);
  const back = () => void navigate({ to: '/import', search: {} });
  if (known?.code === 'NOT_FOUND') {
    return (
      <Empty
        title={t('reading.gone')}
        action={
          <Button variant="primary" onClick={back}>
            {t('empty.choose')}
          </Button>
        }
      >
        {t('reading.goneText')}
      </Empty>
    );
  }
  const place = known?.code === 'FILE_UNREADABLE' ? known.data : undefined;
  const quotesMayHelp = place?.line !== undefined && readingOf(draft).quote !== null;
  return (
    <>
      <Scroll>
        <ErrorState error={error} {...(draft.name !== '' && { named: { file: draft.name } })}>
          {place?.line !== undefined && (
            <p className={classes.place}>
              {place.column === undefined
                ? t('reading.line', { line: place.line })
                : t('reading.stopped', { column: place.column, line: place.line })}
            </p>
          )}
        </ErrorState>
        {quotesMayHelp && (
          <section className={classes.ways}>
            <h2>{t('reading.waysOut')}</h2>
            <Radio.Group value={way} onChange={(value) => setWay(value === 'correct' ? 'correct' : 'ordinary')}>
              <Radio
                className={classes.way}
                value="ordinary"
                label={t('reading.ordinary')}
                description={t('reading.ordinaryText')}
              />
              <Radio
                className={classes.way}
                value="correct"
                label={t('reading.correct')}
                description={t('reading.correctText')}
              />
            </Radio.Group>
          </section>
        )}
      </Scroll>
      <WizardFooter
        back={{ label: t('back.file'), onClick: back }}
        reason={t('reading.nothing')}
        action={
          quotesMayHelp && way === 'ordinary' ? (
            <Button variant="primary" onClick={() => change((before) => readAnew(before, { quote: null }))}>
              {t('reading.again')}
            </Button>
          ) : (
            <Button variant="primary" onClick={back}>
              {t('empty.choose')}
            </Button>
          )
        }
      />
    </>
  );
}
