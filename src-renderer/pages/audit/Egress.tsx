/** Connections since installation as two figures, the second of which should be 0; bytes by month; hosts with their state. */
import { IconBan } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Egress as EgressTotals, HostTotals } from '../../../src-main/contract/audit.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Egress.module.css';

export function Egress() {
  const { t } = useTranslation('audit');
  const { queries } = useEngine();
  const format = useFormat();
  const { data, error, refetch } = useQuery(queries.audit.egress.queryOptions());
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const { submissions, otherCalls, hosts } = data;
  return (
    <>
      <Section title={t('egress.title')}>
        <div className={classes.figures}>
          <p>
            <span className="figure">{format.count(submissions.count)}</span>{' '}
            {t('egress.submissions', {
              count: submissions.count,
              hosts: t('egress.hosts', { count: submissions.hosts.length }),
            })}
          </p>
          <p data-wrong={otherCalls > 0 || undefined}>
            <span className="figure">{format.count(otherCalls)}</span> {t('egress.other')}
          </p>
        </div>
        {data.months.length > 0 && <Months egress={data} />}
      </Section>
      <Section title={t('egress.hostTitle')}>
        {hosts.length === 0 ? (
          <p className="small second">{t('egress.none')}</p>
        ) : (
          <table className={classes.hosts}>
            <thead>
              <tr>
                <th scope="col">{t('egress.host')}</th>
                <th scope="col" className="number">
                  {t('egress.calls')}
                </th>
                <th scope="col">{t('egress.state')}</th>
              </tr>
            </thead>
            <tbody>
              {hosts.map((host) => (
                <tr key={host.host}>
                  <td className="cut" title={host.host}>
                    {host.host}
                  </td>
                  <td className="number">{format.count(host.calls)}</td>
                  <td>
                    <HostState host={host} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {data.deniedCalls > 0 && <p className={`${classes.note} small third`}>{t('egress.refusedNote')}</p>}
      </Section>
    </>
  );
}

/** A refused host is not red: refusing is the rule working. */
function HostState({ host }: { host: HostTotals }) {
  const { t } = useTranslation('audit');
  if (host.allowed > 0) return <Status tone="ok">{t('egress.allowed')}</Status>;
  if (host.denied > 0) return <RefusedState />;
  return <Status tone="warn">{t('egress.failed')}</Status>;
}

/** Refused by rule: the sign of a ban in the colour of what waits. */
export function RefusedState() {
  const { t } = useTranslation('audit');
  return (
    <Status tone="wait" icon={IconBan}>
      {t('egress.denied')}
    </Status>
  );
}

const chart = { height: 96, top: 18, bottom: 18, bar: 22, gap: 14 };

function Months({ egress }: { egress: EgressTotals }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const months = egress.months.slice(-9);
  const most = Math.max(...months.map(({ bytes }) => bytes), 1);
  const high = chart.height - chart.top - chart.bottom;
  return (
    <>
      <p className={`${classes.perMonth} small second`}>
        {t('egress.perMonth', { all: format.bytes(egress.submissions.bytes) })}
      </p>
      <svg
        width="100%"
        height={chart.height}
        role="img"
        aria-label={months
          .map(({ month, bytes, submissions }) =>
            t('egress.month', { month: format.month(month), bytes: format.bytes(bytes), count: submissions }),
          )
          .join('; ')}
      >
        {months.map(({ month, bytes }, index) => {
          const height = Math.max((bytes / most) * high, bytes > 0 ? 1 : 0);
          const x = index * (chart.bar + chart.gap) + 4;
          const y = chart.top + high - height;
          return (
            <g key={month}>
              <rect x={x} y={y} width={chart.bar} height={height} rx={1} className={classes.bar} />
              <text x={x + chart.bar / 2} y={y - 5} className={classes.amount}>
                {format.decimal(bytes / 1e6, bytes < 9.5e6 ? 1 : 0)}
              </text>
              <text x={x + chart.bar / 2} y={chart.height - 3} className={classes.month}>
                {format.month(month)}
              </text>
            </g>
          );
        })}
        <line x1={0} x2="100%" y1={chart.top + high + 0.5} y2={chart.top + high + 0.5} className={classes.base} />
      </svg>
    </>
  );
}
