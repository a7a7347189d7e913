/** What a version changes of the one that was consented to before, field by field, old and new. */
import { useTranslation } from 'react-i18next';
import type { CharterChange, ConsentOverview } from '../../../src-main/contract/consent.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import classes from './Changes.module.css';
import { changedPart } from './changed-part.ts';
import { usePlaceWords } from './usePlaceWords.ts';

const signs = { changed: '~', new: '+', gone: '\u2212' } as const;

export function Changes({
  difference,
  consented = true,
}: {
  readonly difference: NonNullable<ConsentOverview['difference']>;
  /** Whether the version that it is compared with had consent; otherwise it is the one that is here. */
  readonly consented?: boolean;
}) {
  const { t } = useTranslation('consent');
  const { since, changes } = difference;
  const label = t(consented ? 'changes.title' : 'changes.since', { version: since });
  return (
    <Section title={label} facts={t('changes.count', { count: changes.length })} flush>
      <ul className={classes.changes} aria-label={label}>
        {changes.map((change) => (
          <Change key={change.place} change={change} />
        ))}
      </ul>
    </Section>
  );
}

/** The parts of a contact, and the rows of an order, stand under each other in the document. */
const inOneLine = (place: string, text: string): string =>
  /^(contacts\..*|contacts|liability|partners)$/s.test(place) ? text.replaceAll('\n', ' · ') : text;

function Change({ change: { place, change, before, after } }: { change: CharterChange }) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  const words = usePlaceWords();
  const value = (leaf: CharterChange['before']): string => {
    if (leaf === null) return place.endsWith('Months') ? t('retention.asLong') : t('changes.nothing');
    if (typeof leaf === 'number') return Number.isInteger(leaf) ? format.count(leaf) : String(leaf);
    return String(leaf);
  };
  const part =
    typeof before === 'string' && typeof after === 'string'
      ? changedPart(before, after)
      : { before: value(before), after: value(after) };
  const shown = { before: inOneLine(place, part.before), after: inOneLine(place, part.after) };
  return (
    <li className={classes.change} data-change={change}>
      <span className={classes.sign} aria-hidden>
        {signs[change]}
      </span>
      <span>
        <span className="unseen">{t(`changes.kind.${change}`)}: </span>
        {words(place)}
      </span>
      <span className={classes.values}>
        {change !== 'new' && <del>{shown.before}</del>}
        {change !== 'gone' && <ins>{shown.after}</ins>}
      </span>
    </li>
  );
}
