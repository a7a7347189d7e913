/** Approving the following rounds within signed limits: a choice of its own, opened on purpose and never ticked beforehand. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageView, StandingApproval } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { GiveStanding, lastRoundOf } from './GiveStanding.tsx';
import classes from './Standing.module.css';

export function Standing({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  const [open, setOpen] = useState(false);
  const active = frozen.standingApprovals.filter(
    ({ stoppedAt, lastRound }) => stoppedAt === null && lastRound > frozen.round,
  );
  const rounds = frozen.round < lastRoundOf(frozen);
  if (active.length === 0 && !(frozen.may.standing.allowed && rounds)) return null;
  return (
    <Section title={t('standing.title')}>
      {active.map((approval) => (
        <Active key={approval.id} approval={approval} />
      ))}
      {active.length === 0 &&
        (open ? (
          <GiveStanding frozen={frozen} onClose={() => setOpen(false)} />
        ) : (
          <Button size="small" onClick={() => setOpen(true)}>
            {t('standing.offer')}
          </Button>
        ))}
    </Section>
  );
}

function Active({ approval }: { approval: StandingApproval }) {
  const { t } = useTranslation('checks');
  const { client } = useEngine();
  const format = useFormat();
  const cache = useQueryClient();
  const { limits, policyHolds } = approval;
  const stop = useMutation({
    mutationFn: () => client.release.standing.stop({ id: approval.id }),
    onSuccess: () => void cache.invalidateQueries(),
  });
  return (
    <div className={classes.give}>
      <Status tone={policyHolds ? 'ok' : 'warn'}>
        {policyHolds
          ? t(limits === null || limits.firstRound === null ? 'standing.active' : 'standing.activeFrom', {
              from: limits?.firstRound ?? 0,
              to: approval.lastRound,
              plan: format.short(approval.planHash),
            })
          : t('standing.policyChanged')}
      </Status>
      <ul className={classes.limits}>
        <li>{t('standing.given', { person: approval.person, when: format.when(approval.givenAt) })}</li>
        {limits !== null && (
          <>
            <li>
              {t('standing.used', {
                used: approval.used,
                most: limits.mostRounds,
                bytes: format.bytes(approval.usedBytes),
                mostBytes: format.bytes(limits.mostBytes),
              })}
            </li>
            {limits.endsAt !== null && <li>{t('standing.until', { when: format.longDay(limits.endsAt) })}</li>}
            {limits.membershipAuc !== null && (
              <li>{t('standing.membershipUpTo', { value: format.decimal(limits.membershipAuc, 2) })}</li>
            )}
          </>
        )}
      </ul>
      <div className={classes.actions}>
        <Button size="small" disabled={stop.isPending} onClick={() => stop.mutate()}>
          {t('standing.stop')}
        </Button>
      </div>
      <p className="small third">{t('standing.stopText')}</p>
      {stop.error && <ErrorLine error={stop.error} />}
    </div>
  );
}
