/** One account: since when, whose key by its words, and what an administrator can change of it. */
import { Button, PasswordInput, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, ownPassphraseAtLeast } from '../../../src-main/contract/people.ts';
import { type Role, role as roles } from '../../../src-main/contract/settings.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section, SidePanel } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { Words } from '../settings/Words.tsx';
import { AccountState } from './AccountState.tsx';
import classes from './PeoplePage.module.css';

type Props = {
  readonly account: Account;
  readonly mayChange: boolean;
  /** Their own passphrase a person changes in Settings, and keeps the key. */
  readonly isOwn: boolean;
};

export function PersonPanel({ account, mayChange, isOwn }: Props) {
  const { t } = useTranslation(['people', 'frame']);
  const format = useFormat();
  const { name, role, addedAt, addedBy, disabledAt, disabledBy, fingerprint, keyMadeAt, certified, keysBefore } =
    account;
  const by = (when: string, who: string) =>
    t('detail.addedBy', { when: format.exact(when), name: who === 'engine' ? t('page.engine') : who });
  return (
    <SidePanel label={`${t('page.details')}: ${name}`}>
      <Section title={name} end={<AccountState account={account} />}>
        <KeyValue
          facts={[
            { label: t('detail.role'), value: t(`frame:roles.${role}`) },
            { label: t('detail.added'), value: by(addedAt, addedBy) },
            ...(disabledAt === null ? [] : [{ label: t('detail.disabled'), value: by(disabledAt, disabledBy ?? '') }]),
            ...(keyMadeAt === null ? [] : [{ label: t('detail.key'), value: format.exact(keyMadeAt) }]),
            ...(keysBefore === 0 ? [] : [{ label: t('detail.keysBefore'), value: format.count(keysBefore) }]),
            ...(disabledAt === null
              ? [
                  {
                    label: t('detail.certificate'),
                    value: certified ? (
                      <Status tone="ok">{t('detail.certified')}</Status>
                    ) : (
                      <Status tone="wait">{t('detail.notCertified')}</Status>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </Section>
      <Section
        title={t('detail.fingerprint')}
        end={fingerprint === null ? undefined : <Hash value={fingerprint.hex} ends={6} icon />}
      >
        <p className={classes.text}>{fingerprint === null ? t('detail.noKey') : t('detail.fingerprintText')}</p>
        {fingerprint !== null && (
          <div className={classes.words}>
            <Words fingerprint={fingerprint} />
          </div>
        )}
      </Section>
      {mayChange && disabledAt === null && (
        <>
          <ChangeRole account={account} />
          {!isOwn && <Reset account={account} />}
          <Disable account={account} />
        </>
      )}
    </SidePanel>
  );
}

/** A change of an account, after which the list is read again. */
function useChange<Input>(act: (input: Input) => Promise<Account>) {
  const { queries } = useEngine();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => cache.invalidateQueries({ queryKey: queries.people.key() }),
  });
}

function ChangeRole({ account: { id, name, role } }: { account: Account }) {
  const { t } = useTranslation(['people', 'frame']);
  const { client } = useEngine();
  const [next, setNext] = useState<Role>(role);
  const change = useChange((to: Role) => client.people.changeRole({ id, role: to }));
  return (
    <Section title={t('role.title')}>
      <p className={classes.text}>{t('role.text')}</p>
      <Select
        aria-label={t('role.title')}
        allowDeselect={false}
        value={next}
        onChange={(value) => setNext(roles.parse(value))}
        data={roles.options.map((option) => ({ value: option, label: t(`frame:roles.${option}`) }))}
      />
      {change.isError && <ErrorLine error={change.error} />}
      {next !== role && (
        <div className={classes.actions}>
          <Button disabled={change.isPending} onClick={() => change.mutate(next)}>
            {t('role.action', { name, role: t(`frame:roles.${next}`) })}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Reset({ account: { id, name } }: { account: Account }) {
  const { t } = useTranslation('people');
  const { client } = useEngine();
  const [passphrase, setPassphrase] = useState('');
  const reset = useChange((chosen: string) => client.people.reset({ id, passphrase: chosen }));
  const missing = ownPassphraseAtLeast - [...passphrase].length;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing <= 0 && !reset.isPending) reset.mutate(passphrase, { onSuccess: () => setPassphrase('') });
  };
  return (
    <Section title={t('reset.title')}>
      <p className={classes.text}>{t('reset.text')}</p>
      <form onSubmit={submit}>
        <PasswordInput
          label={t('reset.passphrase')}
          description={
            passphrase !== '' && missing > 0
              ? t('own.missing', { count: missing })
              : t('add.help', { count: ownPassphraseAtLeast })
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          autoComplete="new-password"
          value={passphrase}
          onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
        />
        {reset.isError && <ErrorLine error={reset.error} />}
        <div className={classes.actions}>
          <Button type="submit" disabled={missing > 0 || reset.isPending}>
            {reset.isPending ? t('add.busy') : t('reset.action', { name })}
          </Button>
          {reset.isSuccess && <Status tone="ok">{t('reset.done')}</Status>}
        </div>
      </form>
    </Section>
  );
}

function Disable({ account: { id, name } }: { account: Account }) {
  const { t } = useTranslation('people');
  const { client } = useEngine();
  const [asked, setAsked] = useState(false);
  const disable = useChange(() => client.people.disable({ id }));
  return (
    <Section title={t('disable.title')}>
      <p className={classes.text}>{t('disable.text', { name })}</p>
      {disable.isError && <ErrorLine error={disable.error} />}
      <div className={classes.actions}>
        {asked ? (
          <>
            <Button disabled={disable.isPending} onClick={() => disable.mutate(undefined)}>
              {t('disable.sure', { name })}
            </Button>
            <Button variant="quiet" autoFocus onClick={() => setAsked(false)}>
              {t('disable.keep')}
            </Button>
          </>
        ) : (
          <Button onClick={() => setAsked(true)}>{t('disable.action', { name })}</Button>
        )}
      </div>
    </Section>
  );
}
