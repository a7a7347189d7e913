/** Signing the list of partners: pasted in, signed here, and handed back as text. */
import { Button, Textarea } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { Members } from './Agreement.tsx';
import classes from './SettingsPage.module.css';

export function SignRoster() {
  const { t } = useTranslation('settings');
  const { client } = useEngine();
  const [roster, setRoster] = useState('');
  const sign = useMutation({ mutationFn: () => client.federation.signRoster({ roster }) });
  const signed = sign.data?.roster;
  return (
    <>
      <Section title={t('roster.title')}>
        <p className={classes.text}>{t('roster.text')}</p>
        <div className={classes.fields}>
          <Textarea
            classNames={{ input: classes.document! }}
            label={t('roster.paste')}
            rows={3}
            spellCheck={false}
            value={roster}
            onChange={({ currentTarget }) => setRoster(currentTarget.value)}
          />
          <div className={classes.actions}>
            <Button disabled={roster.trim().length < 2 || sign.isPending} onClick={() => sign.mutate()}>
              {t('roster.sign')}
            </Button>
            {signed !== undefined && (
              <>
                <Status tone="ok">{t('roster.signed')}</Status>
                <Button
                  leftSection={<IconCopy aria-hidden />}
                  onClick={() => void navigator.clipboard.writeText(signed)}
                >
                  {t('roster.copy')}
                </Button>
              </>
            )}
            {sign.error && <ErrorLine error={sign.error} />}
          </div>
        </div>
      </Section>
      {sign.data && <Members members={sign.data.members} />}
    </>
  );
}
