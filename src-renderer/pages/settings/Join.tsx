/** Joining a consortium: the invitation is read and shown whole before anybody accepts it. */
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { AgreementFacts, Members } from './Agreement.tsx';
import { Continued } from './Continued.tsx';
import { JoinCharter } from './JoinCharter.tsx';
import classes from './SettingsPage.module.css';

export function Join({ hasIdentity }: { hasIdentity: boolean }) {
  const { t } = useTranslation('settings');
  const { client } = useEngine();
  const cache = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [invitation, setInvitation] = useState('');
  const read = useMutation({ mutationFn: (text: string) => client.federation.readInvitation({ invitation: text }) });
  const fetch = useMutation({
    mutationFn: async () => {
      const { charter } = await client.federation.readCharter({ invitation });
      return charter === null
        ? null
        : { charter, preview: await client.federation.readInvitation({ invitation, charter }) };
    },
  });
  const join = useMutation({
    mutationFn: () => client.federation.join({ invitation, ...(fetch.data ? { charter: fetch.data.charter } : {}) }),
    onSuccess: () => void cache.invalidateQueries(),
  });
  const forget = () => {
    read.reset();
    fetch.reset();
    join.reset();
  };
  const preview = read.data && (fetch.data?.preview ?? read.data);
  return (
    <>
      <Section title={t('join.title')}>
        <p className={classes.text}>{t('join.text')}</p>
        <div className={classes.fields}>
          <Textarea
            classNames={{ input: classes.document! }}
            label={t('join.paste')}
            rows={3}
            spellCheck={false}
            value={invitation}
            onChange={({ currentTarget }) => {
              setInvitation(currentTarget.value);
              forget();
            }}
          />
          <input
            ref={chooser}
            type="file"
            className="unseen"
            tabIndex={-1}
            aria-label={t('join.choose')}
            onChange={({ currentTarget }) => {
              void currentTarget.files?.[0]?.text().then((text) => {
                setInvitation(text);
                forget();
                read.mutate(text);
              });
              currentTarget.value = '';
            }}
          />
          <div className={classes.actions}>
            <Button onClick={() => chooser.current?.click()}>{t('join.choose')}</Button>
            <Button
              disabled={!hasIdentity || invitation.trim().length < 2 || read.isPending}
              onClick={() => read.mutate(invitation)}
            >
              {read.isPending ? t('join.reading') : t('join.read')}
            </Button>
            {!hasIdentity && <span className="small third">{t('join.needsIdentity')}</span>}
            {read.error && <ErrorLine error={read.error} />}
          </div>
        </div>
      </Section>
      {preview && (
        <>
          <Section title={t('join.preview')}>
            <AgreementFacts agreement={preview} />
            {preview.continues && <Continued continues={preview.continues} />}
            <div className={classes.gap} />
            {preview.changesChemistry && <Note tone="warn">{t('join.changes')}</Note>}
          </Section>
          <JoinCharter
            preview={preview}
            fetched={fetch.isSuccess}
            fetching={fetch.isPending}
            error={fetch.error}
            onFetch={() => fetch.mutate()}
          />
          <Section>
            <div className={classes.actions}>
              <Button
                variant="primary"
                disabled={join.isPending || (preview.needsCharter && preview.charter === null)}
                onClick={() => join.mutate()}
              >
                {t('join.act', { name: preview.name })}
              </Button>
              <Button variant="quiet" onClick={forget}>
                {t('join.cancel')}
              </Button>
              {join.error && <ErrorLine error={join.error} />}
            </div>
          </Section>
          <Members members={preview.members} />
        </>
      )}
    </>
  );
}
