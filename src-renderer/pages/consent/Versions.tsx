/** Every version of the charter that came here, with who consented to it and who took that back. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ConsentOverview, ConsentView } from '../../../src-main/contract/consent.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import table from './Charter.module.css';
import { stateTones } from './state-tones.ts';
import classes from './Versions.module.css';

export function Versions({ overview: { history }, shown }: { overview: ConsentOverview; shown: string }) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  return (
    <Section title={t('versions.title')} facts={t('versions.facts')}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('versions.version')}</th>
            <th scope="col">{t('versions.issued')}</th>
            <th scope="col">{t('versions.received')}</th>
            <th scope="col">{t('versions.state')}</th>
            <th scope="col">{t('versions.said')}</th>
          </tr>
        </thead>
        <tbody>
          {history.map(({ version, hash, issued, receivedAt, state, said }, index) => (
            <tr key={hash} aria-current={hash === shown ? 'true' : undefined}>
              <th scope="row" className={table.name}>
                <Link to="/consent" search={index === 0 ? {} : { version: hash }}>
                  {t('version', { version })}
                </Link>
              </th>
              <td className={table.once}>{format.date(issued)}</td>
              <td className={table.once}>
                <span title={format.exact(receivedAt)}>{format.when(receivedAt)}</span>
              </td>
              <td className={table.once}>
                <Status tone={index === 0 ? stateTones[state] : 'aside'}>
                  {t(index === 0 ? `state.${state}` : 'state.replaced')}
                </Status>
              </td>
              <td>
                {said.length === 0 ? (
                  <span className="third">{t('versions.nobody')}</span>
                ) : (
                  <ul className={classes.said}>
                    {said.map((one) => (
                      <Said key={`${one.at} ${one.capacity} ${one.kind}`} said={one} />
                    ))}
                  </ul>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Said({ said: { kind, person, capacity, at, reason, signatureValid } }: { said: ConsentView }) {
  const { t } = useTranslation('consent');
  const format = useFormat();
  return (
    <li>
      {t(`versions.${kind}`, { person, capacity: t(`capacity.${capacity}`) })}{' '}
      <span className="third" title={format.exact(at)}>
        {format.when(at)}
      </span>
      {reason !== '' && <q className={classes.reason}>{reason}</q>}
      {!signatureValid && <Status tone="bad">{t('panel.signatureWrong')}</Status>}
    </li>
  );
}
