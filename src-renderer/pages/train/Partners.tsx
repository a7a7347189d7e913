/** Who is in the round: each partner's state and how much of its upload is there. */
import { useTranslation } from 'react-i18next';
import type { PartnerProgress, Round } from '../../../src-main/contract/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import { Table } from '../../parts/Table.tsx';
import classes from './Partners.module.css';

const tones: Readonly<Record<PartnerProgress['state'], Tone>> = {
  expected: 'todo',
  keys: 'now',
  shares: 'now',
  training: 'now',
  approval: 'wait',
  uploading: 'moves',
  uploaded: 'ok',
  confirmed: 'ok',
  unmasked: 'ok',
  absent: 'warn',
  withdrawn: 'aside',
};

/** @param columns of tables beside each other; as many as the partners fill well unless told */
export function Partners({ round, columns: most = 2 }: { round: Round; columns?: 1 | 2 }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  const closesIn = round.closesAt === null ? 0 : Date.parse(round.closesAt) - Date.now();
  const half = Math.ceil(round.partners.length / 2);
  const columns =
    most > 1 && round.partners.length > 3
      ? [round.partners.slice(0, half), round.partners.slice(half)]
      : [round.partners];
  return (
    <Section
      title={t(round.kind === 'counting' ? 'who.counting' : 'who.title', { round: round.round })}
      facts={t('who.facts', { count: round.partners.length, enough: round.enough })}
      end={
        most > 1 &&
        round.closesAt !== null &&
        round.state === 'running' && (
          <span title={format.exact(round.closesAt)}>
            {closesIn > 0
              ? t('who.closes', { time: format.deadline(round.closesAt), left: format.duration(closesIn) })
              : t('who.closed', { time: format.deadline(round.closesAt) })}
          </span>
        )
      }
      flush
    >
      <div className={classes.columns}>
        {columns.map((partners) => (
          <PartnerTable key={partners[0]?.id} partners={partners} />
        ))}
      </div>
    </Section>
  );
}

function PartnerTable({ partners }: { partners: readonly PartnerProgress[] }) {
  const { t } = useTranslation('train');
  const format = useFormat();
  return (
    <Table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('who.column.partner')}</th>
          <th scope="col">{t('who.column.state')}</th>
          <th scope="col">{t('who.column.sent')}</th>
        </tr>
      </thead>
      <tbody>
        {partners.map(({ id, name, you, state, bytesSent }) => (
          <tr key={id} data-you={you || undefined}>
            <th scope="row" title={name}>
              {you ? t('who.you', { name }) : name}
            </th>
            <td>
              <Status tone={tones[state]}>{t(`who.state.${state}`)}</Status>
            </td>
            <td>{format.bytes(bytesSent)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
