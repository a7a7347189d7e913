/** Who is signed in and their own passphrase; when a session locks and whether two people are needed. */
import { Button, PasswordInput, Radio } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fourEyes, ownPassphraseAtLeast, type PeopleRules } from '../../../src-main/contract/people.ts';
import { roleMay } from '../../../src-main/contract/permissions.ts';
import { useEngine } from '../../app/engine.tsx';
import { useWorkspace } from '../../app/workspace.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { NewPassphrase } from '../../parts/NewPassphrase.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './SettingsPage.module.css';

export function PersonSettings() {
  const { t } = useTranslation(['people', 'frame']);
  const { person } = useWorkspace();
  const [changes, setChanges] = useState(0);
  return (
    <Section title={t('own.section')}>
      <KeyValue facts={[{ label: t('own.signedIn'), value: `${person.name} · ${t(`frame:roles.${person.role}`)}` }]} />
      <div className={classes.gap} />
      <OwnPassphrase key={changes} changed={changes > 0} onChanged={() => setChanges(changes + 1)} />
      <div className={classes.gap} />
      <Rules />
    </Section>
  );
}

function OwnPassphrase({ changed, onChanged }: { changed: boolean; onChanged: () => void }) {
  const { t } = useTranslation('people');
  const { client } = useEngine();
  const [passphrase, setPassphrase] = useState('');
  const [next, setNext] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: (chosen: string) => client.people.changePassphrase({ passphrase, next: chosen }),
    onSuccess: onChanged,
  });
  const ready = passphrase !== '' && next !== null && !change.isPending;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) change.mutate(next);
  };
  return (
    <form className={classes.fields} onSubmit={submit}>
      <PasswordInput
        label={t('own.current')}
        autoComplete="current-password"
        value={passphrase}
        onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
      />
      {passphrase !== '' && (
        <NewPassphrase
          label={t('own.next')}
          again={t('own.again')}
          help={t('begin.help', { count: ownPassphraseAtLeast })}
          atLeast={ownPassphraseAtLeast}
          onChange={setNext}
        />
      )}
      <div className={classes.actions}>
        <Button type="submit" disabled={!ready}>
          {change.isPending ? t('own.busy') : t('own.change')}
        </Button>
        {changed && passphrase === '' && <Status tone="ok">{t('own.changed')}</Status>}
        {change.isError && <ErrorLine error={change.error} />}
      </div>
    </form>
  );
}

function Rules() {
  const { t } = useTranslation('people');
  const { client, queries } = useEngine();
  const { person } = useWorkspace();
  const cache = useQueryClient();
  const options = queries.people.rules.queryOptions();
  const { data: rules } = useQuery(options);
  const set = useMutation({
    mutationFn: (changed: Partial<PeopleRules>) => client.people.setRules(changed),
    onSuccess: (now) => cache.setQueryData(options.queryKey, now),
  });
  if (rules === undefined) return null;
  if (!roleMay(person.role, 'people.setRules')) {
    return (
      <>
        <KeyValue
          facts={[
            { label: t('rules.idle'), value: `${rules.idleMinutes} ${t('rules.idleUnit')}` },
            { label: t('rules.fourEyes'), value: t(`rules.${rules.fourEyes}`) },
          ]}
        />
        <p className={classes.text}>{t('rules.readOnly')}</p>
      </>
    );
  }
  return (
    <div className={classes.fields}>
      <div className={classes.actions}>
        <span>{t('rules.idle')}</span>
        <NumberField
          label={t('rules.idle')}
          value={rules.idleMinutes}
          step={5}
          min={1}
          max={480}
          onChange={(idleMinutes) => set.mutate({ idleMinutes })}
        />
        <span className="third">{t('rules.idleUnit')}</span>
      </div>
      <Radio.Group
        label={t('rules.fourEyes')}
        description={t('rules.fourEyesText')}
        value={(set.isPending ? set.variables.fourEyes : undefined) ?? rules.fourEyes}
        onChange={(value) => set.mutate({ fourEyes: fourEyes.parse(value) })}
      >
        <div className={classes.roles}>
          {fourEyes.options.map((option) => (
            <Radio key={option} value={option} label={t(`rules.${option}`)} />
          ))}
        </div>
      </Radio.Group>
      {set.isError && <ErrorLine error={set.error} />}
    </div>
  );
}
