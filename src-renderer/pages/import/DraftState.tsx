/** In the job bar: when the draft was saved last, or that it is not. */
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/format.ts';
import { BarNote } from '../../app/frame/bar-note.tsx';
import { errorWords } from '../../app/words/error-words.ts';
import { Status } from '../../parts/Status.tsx';
import type { DraftInHand } from './useDraft.ts';

export function DraftState({ savedAt, notSaved }: Pick<DraftInHand, 'savedAt' | 'notSaved'>) {
  const { t } = useTranslation('intake');
  const { t: inWords } = useTranslation(['frame', 'errors']);
  const format = useFormat();
  if (notSaved !== null) {
    return (
      <BarNote>
        <Status tone="bad" title={errorWords(inWords, notSaved).title}>
          {t('drafts.notSaved')}
        </Status>
      </BarNote>
    );
  }
  return savedAt === null ? null : <BarNote>{t('drafts.saved', { time: format.time(savedAt) })}</BarNote>;
}
