/** A version of the charter as a document: what it comes to in one sentence, then its numbered articles. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CharterView } from '../../../src-main/contract/consent.ts';
import { useFormat } from '../../app/format.ts';
import { Hash } from '../../parts/Hash.tsx';
import classes from './Charter.module.css';
import { ContactTable, LimitTable, ParameterTable, PartnerTable, RetentionTable, RoundTable } from './tables.tsx';

type Props = {
  readonly charter: CharterView;
  readonly company: string;
  /** Between the sentence and the articles. */
  readonly children?: ReactNode;
};

export function Charter({ charter, company, children }: Props) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  const { withdrawal, coordinator, liability } = charter;
  const articles: readonly (readonly [Article, ReactNode])[] = [
    [
      'purpose',
      <Text key="purpose" lang={charter.language}>
        {charter.purpose}
      </Text>,
    ],
    ['partners', <PartnerTable key="partners" charter={charter} />],
    [
      'coordinator',
      <div key="coordinator">
        <Text lang={charter.language}>{coordinator.operator}</Text>
        <p className={classes.words}>
          {t('partners.words')}: <span lang="en">{coordinator.fingerprint.words.join(' ')}</span>
        </p>
      </div>,
    ],
    ['parameters', <ParameterTable key="parameters" charter={charter} />],
    [
      'weights',
      <div key="weights">
        <Text lang={charter.language}>{charter.weights.rule}</Text>
        {charter.weights.privateReference !== null && (
          <p className={classes.own}>{t('weights.private', { count: charter.weights.privateReference })}</p>
        )}
      </div>,
    ],
    ['limits', <LimitTable key="limits" charter={charter} />],
    [
      'rounds',
      <div key="rounds">
        <Text lang={charter.language}>{charter.rounds.rule}</Text>
        <RoundTable charter={charter} />
      </div>,
    ],
    [
      'retention',
      <div key="retention">
        <Text lang={charter.language}>{charter.retention.rule}</Text>
        <RetentionTable charter={charter} />
      </div>,
    ],
    [
      'withdrawal',
      <div key="withdrawal" className={classes.parts}>
        <Part lang={charter.language} title={t('withdrawal.how')}>
          {withdrawal.how}
        </Part>
        <Part lang={charter.language} title={t('withdrawal.stops')}>
          {withdrawal.stops}
        </Part>
        <Part lang={charter.language} title={t('withdrawal.cannotUndo')}>
          {withdrawal.cannotUndo}
        </Part>
      </div>,
    ],
    [
      'liability',
      <div key="liability" className={classes.parts}>
        {liability.map(({ who, for: what }) => (
          <Part key={`${who} ${what}`} lang={charter.language} title={who}>
            {what}
          </Part>
        ))}
      </div>,
    ],
    ['contacts', <ContactTable key="contacts" charter={charter} />],
    [
      'changes',
      <Text key="changes" lang={charter.language}>
        {charter.changes}
      </Text>,
    ],
  ];
  return (
    <article className={classes.charter} aria-label={t('document', { name: charter.name, version: charter.version })}>
      <header className={classes.lead}>
        <p className="sentence">
          <span className="strong">
            {t('sentence.lead', {
              company,
              count: charter.partners.length - 1,
              rounds: format.count(charter.parameters.rounds),
            })}
          </span>{' '}
          {t('sentence.leaves', { numbers: format.count(charter.parameters.numbers) })}
        </p>
        <p className={classes.hash}>
          {t('hash')} <Hash value={charter.hash} ends={8} icon />
        </p>
      </header>
      {children}
      <ol className={classes.articles}>
        {articles.map(([name, body], index) => (
          <li key={name} className={classes.article}>
            <span className={classes.number} aria-hidden>
              {index + 1}
            </span>
            <div className={classes.body}>
              <h2>{t(`article.${name}`)}</h2>
              {body}
            </div>
          </li>
        ))}
      </ol>
    </article>
  );
}

type Article =
  | 'purpose'
  | 'partners'
  | 'coordinator'
  | 'parameters'
  | 'weights'
  | 'limits'
  | 'rounds'
  | 'retention'
  | 'withdrawal'
  | 'liability'
  | 'contacts'
  | 'changes';

/** Plain text: its line breaks are paragraphs, and nothing else in it means anything. */
function Text({ lang, children }: { lang: string; children: string }) {
  return (
    <>
      {children.split('\n').map((paragraph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a paragraph is its place
        <p key={index} className={classes.text} lang={lang}>
          {paragraph}
        </p>
      ))}
    </>
  );
}

function Part({ title, lang, children }: { title: string; lang: string; children: string }) {
  return (
    <div>
      <h3>{title}</h3>
      <Text lang={lang}>{children}</Text>
    </div>
  );
}
