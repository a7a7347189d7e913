/** What blocks, and the two persons who may answer for it: one asks with a reason, another confirms. */
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PackageView } from '../../../src-main/contract/release.ts';
import { role } from '../../../src-main/contract/settings.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { checkValue } from './check-values.ts';
import classes from './Standing.module.css';

export function Override({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  if (frozen.state !== 'frozen' || frozen.checks.block === 0) return null;
  const open = frozen.overrides.findLast(({ policyHash }) => policyHash === frozen.policy.hash);
  return (
    <Section title={t('override.title')}>
      <Blocking frozen={frozen} />
      {open === undefined ? <Ask frozen={frozen} /> : <Confirm frozen={frozen} override={open} />}
    </Section>
  );
}

function Blocking({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  const format = useFormat();
  return (
    <ul className={classes.blocking}>
      {frozen.manifest.checks
        .filter(({ outcome }) => outcome === 'block')
        .map((check) => (
          <li key={check.name}>
            <Status tone="bad">{t(`name.${check.name}`)}</Status>
            <span>
              <span className="strong">{checkValue(check, check.measured, true, format, t)}</span>{' '}
              <span className="third">
                {t(`limit.${check.limit.is}`, { value: checkValue(check, check.limit.value, false, format, t) })}
              </span>
            </span>
          </li>
        ))}
    </ul>
  );
}

const told = ['asked-by-you', 'not-overridable', 'policy-changed', 'prepared-by-you', 'role'] as const;

function Reason({ reason }: { reason: string | null }) {
  const { t } = useTranslation('checks');
  const known = told.find((one) => one === reason);
  return known === undefined ? null : <Status tone="wait">{t(`override.may.${known}`)}</Status>;
}

function Ask({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const { allowed, reason: against } = frozen.may.override;
  const ask = useMutation({
    mutationFn: () => client.release.override.ask({ hash: frozen.hash, reason: reason.trim() }),
    onSuccess: (view) => {
      cache.setQueryData(queries.release.read.queryKey({ input: { hash: frozen.hash } }), view);
      void cache.invalidateQueries();
    },
  });
  if (!allowed) return <Reason reason={against} />;
  return (
    <div className={classes.give}>
      <p className="small second">{t('override.text')}</p>
      <Textarea
        aria-label={t('override.reason')}
        placeholder={t('override.reason')}
        rows={2}
        value={reason}
        error={missing && t('override.needsReason')}
        onChange={({ currentTarget }) => {
          setReason(currentTarget.value);
          setMissing(false);
        }}
      />
      <div className={classes.actions}>
        <Button
          size="small"
          disabled={ask.isPending}
          onClick={() => (reason.trim() === '' ? setMissing(true) : ask.mutate())}
        >
          {t('override.ask')}
        </Button>
      </div>
      {ask.error && <ErrorLine error={ask.error} />}
    </div>
  );
}

function Confirm({ frozen, override }: { frozen: PackageView; override: PackageView['overrides'][number] }) {
  const { t } = useTranslation(['checks', 'frame']);
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const { asked, confirmed, checks, reason } = override;
  const itsRole = role.options.find((option) => option === confirmed?.role);
  const confirm = useMutation({
    mutationFn: () => client.release.override.confirm({ hash: frozen.hash, id: override.id }),
    onSuccess: (view) => {
      cache.setQueryData(queries.release.read.queryKey({ input: { hash: frozen.hash } }), view);
      void cache.invalidateQueries();
    },
  });
  return (
    <div className={classes.give}>
      <p className="small">
        {t('override.asked', {
          person: asked.person,
          checks: checks.map((name) => t(`name.${name}`)).join(t('join')),
        })}
      </p>
      <q className="small second">{reason}</q>
      {confirmed === null ? (
        <>
          <Status tone="wait">{t('override.waits')}</Status>
          {frozen.may.confirm.allowed ? (
            <div className={classes.actions}>
              <Button size="small" disabled={confirm.isPending} onClick={() => confirm.mutate()}>
                {t('override.confirm')}
              </Button>
            </div>
          ) : (
            <Reason reason={frozen.may.confirm.reason} />
          )}
        </>
      ) : (
        <Status tone={asked.signatureValid && confirmed.signatureValid ? 'warn' : 'bad'}>
          {t('override.confirmed', {
            person: confirmed.person,
            role: itsRole === undefined ? confirmed.role : t(`frame:roles.${itsRole}`),
          })}
        </Status>
      )}
      {confirm.error && <ErrorLine error={confirm.error} />}
    </div>
  );
}
