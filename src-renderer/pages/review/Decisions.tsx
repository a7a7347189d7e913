/** The thread of a package: what was decided, asked for, overridden and changed, by whom and in which order. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageState, PackageView } from '../../../src-main/contract/release.ts';
import { role } from '../../../src-main/contract/settings.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './Decisions.module.css';

export const stateTones: Readonly<Record<PackageState, Tone>> = {
  frozen: 'wait',
  approved: 'ok',
  refused: 'wait',
  'changes-requested': 'warn',
  sent: 'ok',
  void: 'bad',
};

type Entry = {
  readonly key: string;
  readonly at: string;
  readonly what: string;
  readonly person: string;
  readonly role: string;
  readonly note: string;
  readonly comment: string;
  readonly signatureValid: boolean;
  readonly keyWords: readonly string[] | null;
  /** Signed by the key of the company, as under a standing approval. */
  readonly byPartner: boolean;
};

export function Decisions({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  const entries = useEntries(frozen);
  const { state, sentAt } = frozen;
  if (state === 'frozen' && entries.length === 0) return null;
  return (
    <Section title={t('decisions.title')} end={<Status tone={stateTones[state]}>{t(`state.${state}`)}</Status>}>
      {state !== 'frozen' && (
        <p className="small second">{t(`stateText.${state}`, { when: sentAt === null ? '' : format.when(sentAt) })}</p>
      )}
      <ul className={classes.decisions}>
        {entries.map((entry) => (
          <Line key={entry.key} entry={entry} />
        ))}
      </ul>
    </Section>
  );
}

/** Oldest first, as a conversation is read. */
function useEntries({ hash, decisions, amendments, overrides }: PackageView): readonly Entry[] {
  const { t } = useTranslation(['review', 'checks']);
  const decided = decisions.map((decision): Entry => {
    const { id, decidedAt: at, verdict, standingApproval, signedBy, ...told } = decision;
    const note = standingApproval === null ? '' : t('decisions.standing');
    const byPartner = signedBy === null;
    return { ...told, byPartner, key: `decision ${id}`, at, what: t(`decisions.verdict.${verdict}`), note };
  });
  const amended = amendments
    .filter(({ packageHash }) => packageHash === hash)
    .map(({ id, madeAt: at, leftOut, ...told }): Entry => {
      const counts = { assays: leftOut.assays.length, compounds: leftOut.compounds.length };
      return {
        ...told,
        byPartner: false,
        key: `amendment ${id}`,
        at,
        what: t('checks:amend.done'),
        note: t('checks:amend.leftOut', counts),
      };
    });
  const overridden = overrides.flatMap(({ id, checks, reason, asked, confirmed }): Entry[] => {
    const note = checks.map((name) => t(`checks:name.${name}`)).join(t('checks:join'));
    const requested = {
      ...asked,
      byPartner: false,
      key: `asked ${id}`,
      what: t('checks:override.requested'),
      note,
      comment: reason,
    };
    if (confirmed === null) return [requested];
    return [
      requested,
      {
        ...confirmed,
        byPartner: false,
        key: `confirmed ${id}`,
        what: t('checks:override.done'),
        note: '',
        comment: '',
      },
    ];
  });
  return [...decided, ...amended, ...overridden].sort((one, other) => (one.at < other.at ? -1 : 1));
}

function Line({ entry }: { entry: Entry }): ReactNode {
  const { t } = useTranslation(['review', 'frame']);
  const format = useFormat();
  const itsRole = role.options.find((option) => option === entry.role);
  return (
    <li>
      <span className="name">{entry.what}</span>
      <span className={classes.when} title={format.exact(entry.at)}>
        {format.when(entry.at)}
      </span>
      <span className={classes.who}>
        {t('decisions.by', {
          person: entry.person,
          role: itsRole === undefined ? entry.role : t(`frame:roles.${itsRole}`),
        })}
        {entry.note !== '' && ` · ${entry.note}`}
      </span>
      {entry.comment !== '' && <q className={classes.comment}>{entry.comment}</q>}
      <span className={classes.who}>
        <Status tone={entry.signatureValid ? 'ok' : 'bad'}>
          {t(entry.signatureValid ? 'decisions.signature' : 'decisions.signatureWrong')}
        </Status>
        {entry.keyWords !== null && (
          <span className={classes.key}>
            {t(entry.byPartner ? 'decisions.partnerKey' : 'decisions.key')} {entry.keyWords.join(' ')}
          </span>
        )}
      </span>
    </li>
  );
}
