/** Leaving a consortium, after it is said what that undoes and what it cannot, and coming back. */
import { Button, Popover } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Consortium } from '../../src-main/contract/federation.ts';
import { useEngine } from '../app/engine.tsx';
import { ErrorLine } from './ErrorState.tsx';
import classes from './Membership.module.css';

type Of = { readonly consortium: Pick<Consortium, 'series' | 'name'> };

const consequences = ['sending', 'round', 'stays', 'sums', 'back'] as const;

export function Leave({ consortium: { series, name } }: Of) {
  const { t } = useTranslation('settings');
  const { client } = useEngine();
  const cache = useQueryClient();
  const [open, setOpen] = useState(false);
  const leave = useMutation({
    mutationFn: () => client.federation.leave({ series }),
    onSuccess: () => {
      setOpen(false);
      void cache.invalidateQueries();
    },
  });
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus width={372}>
      <Popover.Target>
        <Button onClick={() => setOpen(!open)}>{t('membership.leave')}</Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('membership.leaveAct', { name })}>
        <dl className={classes.consequences}>
          {consequences.map((consequence) => (
            <div key={consequence}>
              <dt>{t(`membership.${consequence}.title`)}</dt>
              <dd>{t(`membership.${consequence}.text`)}</dd>
            </div>
          ))}
        </dl>
        <div className={classes.actions}>
          <Button size="small" disabled={leave.isPending} onClick={() => leave.mutate()}>
            {t('membership.leaveAct', { name })}
          </Button>
          <Button size="small" onClick={() => setOpen(false)}>
            {t('membership.stay')}
          </Button>
        </div>
        {leave.error && <ErrorLine error={leave.error} />}
      </Popover.Dropdown>
    </Popover>
  );
}

export function Rejoin({ consortium: { series, name } }: Of) {
  const { t } = useTranslation('settings');
  const { client } = useEngine();
  const cache = useQueryClient();
  const rejoin = useMutation({
    mutationFn: () => client.federation.rejoin({ series }),
    onSuccess: () => void cache.invalidateQueries(),
  });
  return (
    <>
      {rejoin.error && <ErrorLine error={rejoin.error} />}
      <Button variant="primary" disabled={rejoin.isPending} onClick={() => rejoin.mutate()}>
        {t('membership.rejoin', { name })}
      </Button>
    </>
  );
}
