/** Approving the following rounds under the same plan: a choice of its own, opened on purpose and never ticked beforehand. */
import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageView, StandingApproval } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Standing.module.css';

export function Standing({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const [open, setOpen] = useState(false);
  const active = frozen.standingApprovals.filter(
    ({ stoppedAt, lastRound }) => stoppedAt === null && lastRound > frozen.round,
  );
  const rounds = frozen.round < roundsOf(frozen);
  if (active.length === 0 && !(frozen.may.standing.allowed && rounds)) return null;
  return (
    <Section title={t('standing.title')}>
      {active.map((approval) => (
        <Active key={approval.id} approval={approval} />
      ))}
      {active.length === 0 &&
        (open ? (
          <Give frozen={frozen} onClose={() => setOpen(false)} />
        ) : (
          <Button size="small" onClick={() => setOpen(true)}>
            {t('standing.offer')}
          </Button>
        ))}
    </Section>
  );
}

/** The last round of the plan. */
const roundsOf = ({ manifest, round }: PackageView): number => Number(manifest.content.plan['recipe.rounds'] ?? round);

function Give({ frozen, onClose }: { frozen: PackageView; onClose: () => void }) {
  const { t } = useTranslation('review');
  const { client } = useEngine();
  const format = useFormat();
  const cache = useQueryClient();
  const from = frozen.round + 1;
  const last = roundsOf(frozen);
  const [chosen, setChosen] = useState<number | null>(null);
  const [consent, setConsent] = useState(false);
  const [asked, setAsked] = useState(false);
  const to = chosen ?? last;
  const plan = frozen.manifest.content.planHash;
  const give = useMutation({
    mutationFn: () => client.release.standing.give({ series: frozen.series, planHash: plan, lastRound: to }),
    onSuccess: () => {
      onClose();
      void cache.invalidateQueries();
    },
  });
  const rounds = { from, to };
  return (
    <div className={classes.give}>
      <p className="small second">{t('standing.text', { ...rounds, plan: format.short(plan) })}</p>
      <span className={classes.upTo}>
        <span className="small second">{t('standing.upTo')}</span>
        <NumberField
          label={t('standing.upTo')}
          value={to}
          step={1}
          min={from}
          max={last}
          onChange={(round) => {
            setChosen(round);
            setConsent(false);
          }}
        />
      </span>
      <Checkbox
        label={t('standing.consent', rounds)}
        checked={consent}
        onChange={({ currentTarget }) => setConsent(currentTarget.checked)}
      />
      <div className={classes.actions}>
        <Button
          size="small"
          disabled={give.isPending}
          onClick={() => {
            setAsked(true);
            if (consent) give.mutate();
          }}
        >
          {t('standing.give', rounds)}
        </Button>
        <Button size="small" variant="quiet" onClick={onClose}>
          {t('standing.cancel')}
        </Button>
      </div>
      {asked && !consent && <Status tone="warn">{t('standing.needsTick')}</Status>}
      {give.error && <ErrorLine error={give.error} />}
    </div>
  );
}

function Active({ approval }: { approval: StandingApproval }) {
  const { t } = useTranslation('review');
  const { client } = useEngine();
  const format = useFormat();
  const cache = useQueryClient();
  const stop = useMutation({
    mutationFn: () => client.release.standing.stop({ id: approval.id }),
    onSuccess: () => void cache.invalidateQueries(),
  });
  return (
    <div className={classes.give}>
      <Status tone="ok">
        {t('standing.active', { to: approval.lastRound, plan: format.short(approval.planHash) })}
      </Status>
      <p className="small second">
        {t('standing.given', {
          person: approval.person,
          when: format.when(approval.givenAt),
          used: approval.used,
        })}
      </p>
      <div className={classes.actions}>
        <Button size="small" disabled={stop.isPending} onClick={() => stop.mutate()}>
          {t('standing.stop')}
        </Button>
      </div>
      {stop.error && <ErrorLine error={stop.error} />}
    </div>
  );
}
