/** The form of a standing approval: each of its limits in plain words, all of them signed. */
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AllowedWarning, CheckName } from '../../../src-main/contract/disclosure.ts';
import type { PackageView } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Status } from '../../parts/Status.tsx';
import { checkValue } from './check-values.ts';
import classes from './Standing.module.css';
import { useStay } from './useStay.ts';

/** The last round of the plan. */
export const lastRoundOf = ({ manifest, round }: PackageView): number =>
  Number(manifest.content.plan['recipe.rounds'] ?? round);

/** What the approver may let pass without looking: the number that warns now, and no worse one. */
const allowable = ({ manifest: { checks, policy } }: PackageView) =>
  checks.flatMap((check) =>
    check.outcome === 'warn' && typeof check.measured === 'number' && policy?.overridable.includes(check.name) === true
      ? [{ check, ceiling: check.measured }]
      : [],
  );

/** A little above what was measured, so that chance alone does not end it. */
const usualMembership = ({ manifest }: PackageView): number | null => {
  const limit = manifest.policy?.membershipTrunk.amber;
  return manifest.membership?.trunkAlone === undefined || limit === undefined ? null : limit;
};

const megabyte = 1_000_000;

export function GiveStanding({ frozen, onClose }: { frozen: PackageView; onClose: () => void }) {
  const { t } = useTranslation('checks');
  const { client } = useEngine();
  const format = useFormat();
  const cache = useQueryClient();
  const from = frozen.round + 1;
  const [to, setTo] = useState(lastRoundOf(frozen));
  const [most, setMost] = useState(to - frozen.round);
  const [megabytes, setMegabytes] = useState(Math.ceil(((to - frozen.round) * frozen.bytes) / megabyte));
  const [lastDay, setLastDay] = useState('');
  const [auc, setAuc] = useState(usualMembership(frozen));
  const [allowed, setAllowed] = useState<readonly CheckName[]>([]);
  const [consent, setConsent] = useState(false);
  const [asked, setAsked] = useState(false);
  const plan = frozen.manifest.content.planHash;
  const warnings: AllowedWarning[] = allowable(frozen)
    .filter(({ check }) => allowed.includes(check.name))
    .map(({ check, ceiling }) => ({ check: check.name, ceiling }));
  const { stayWith } = useStay();
  const give = useMutation({
    mutationFn: () =>
      client.release.standing.give({
        series: frozen.series,
        planHash: plan,
        lastRound: to,
        limits: {
          firstRound: from,
          mostRounds: most,
          mostBytes: megabytes * megabyte,
          endsAt: lastDay === '' ? null : new Date(`${lastDay}T23:59:59`).toISOString(),
          membershipAuc: auc,
          warnings,
        },
      }),
    onSuccess: () => {
      onClose();
      if (frozen.state === 'frozen') stayWith(frozen.hash);
      void cache.invalidateQueries();
    },
  });
  /** What is consented to has changed. */
  const changed =
    <Value,>(set: (value: Value) => void) =>
    (value: Value): void => {
      set(value);
      setConsent(false);
    };
  const rounds = { from, to };
  return (
    <div className={classes.give}>
      <p className="small second">{t('standing.text', rounds)}</p>
      <p className="small third">{t('standing.covers')}</p>
      <ul className={classes.limits}>
        <li>{t('standing.plan', { plan: format.short(plan) })}</li>
        <li>{t('standing.tensors', { count: frozen.manifest.content.tensors.length })}</li>
        <li>
          {warnings.length === 0
            ? t('standing.checks')
            : t('standing.checksBut', {
                warnings: warnings.map(({ check }) => t(`name.${check}`)).join(t('join')),
              })}
        </li>
      </ul>
      <Limit label={t('standing.upTo')}>
        <NumberField
          label={t('standing.upTo')}
          value={to}
          step={1}
          min={from}
          max={lastRoundOf(frozen)}
          onChange={changed(setTo)}
        />
      </Limit>
      <Limit label={t('standing.mostRounds')}>
        <NumberField
          label={t('standing.mostRounds')}
          value={most}
          step={1}
          min={1}
          max={10_000}
          onChange={changed(setMost)}
        />
      </Limit>
      <p className="small third">{t('standing.countsPackages')}</p>
      <Limit label={t('standing.mostBytes')}>
        <NumberField
          label={t('standing.mostBytes')}
          value={megabytes}
          step={10}
          min={1}
          max={100_000_000}
          onChange={changed(setMegabytes)}
        />
      </Limit>
      {auc !== null && (
        <Limit label={t('standing.membership')}>
          <NumberField
            label={t('standing.membership')}
            value={auc}
            step={0.01}
            decimals={2}
            min={0.5}
            max={1}
            onChange={changed(setAuc)}
          />
        </Limit>
      )}
      <Limit label={t('standing.endsAt')}>
        <TextInput
          type="date"
          size="small"
          aria-label={t('standing.endsAt')}
          value={lastDay}
          onChange={({ currentTarget }) => changed(setLastDay)(currentTarget.value)}
        />
      </Limit>
      {allowable(frozen).length > 0 && (
        <fieldset className={classes.allow}>
          <legend>{t('standing.allow')}</legend>
          {allowable(frozen).map(({ check }) => (
            <Checkbox
              key={check.name}
              label={t('standing.allowOne', {
                check: t(`name.${check.name}`),
                value: checkValue(check, check.measured, true, format, t),
              })}
              checked={allowed.includes(check.name)}
              onChange={({ currentTarget }) =>
                changed(setAllowed)(
                  currentTarget.checked ? [...allowed, check.name] : allowed.filter((name) => name !== check.name),
                )
              }
            />
          ))}
        </fieldset>
      )}
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

function Limit({ label, children }: { label: string; children: ReactNode }) {
  return (
    <span className={classes.limit}>
      <span className="small second">{label}</span>
      {children}
    </span>
  );
}
