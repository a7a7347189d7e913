/** A charter that somebody hands over: read, signed for the company, or taken in once all have signed. */
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsentPermission } from '../../../src-main/contract/consent.ts';
import { useEngine } from '../../app/engine.tsx';
import { download } from '../../parts/download.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { Changes } from './Changes.tsx';
import classes from './TakeIn.module.css';
import { useConsentLanguage } from './useConsentLanguage.ts';
import { usePlaceWords } from './usePlaceWords.ts';

export function TakeIn({ may, next }: { readonly may: ConsentPermission; readonly next?: number }) {
  const { t } = useTranslation('consent');
  const { client } = useEngine();
  const cache = useQueryClient();
  const language = useConsentLanguage();
  const words = usePlaceWords();
  const chooser = useRef<HTMLInputElement>(null);
  const [charter, setCharter] = useState('');
  const preview = useMutation({ mutationFn: (text: string) => client.consent.preview({ charter: text }) });
  const sign = useMutation({
    mutationFn: () => client.consent.sign({ charter }),
    onSuccess: (signed) => {
      setCharter(signed.charter);
      download('charter.json', 'application/json', [signed.charter]);
      preview.mutate(signed.charter);
    },
  });
  const receive = useMutation({
    mutationFn: () => client.consent.receive({ charter, language }),
    onSuccess: () => {
      setCharter('');
      preview.reset();
      void cache.invalidateQueries();
    },
  });
  const read = preview.data;
  const own = read?.charter.partners.find(({ you }) => you);
  const change = (text: string) => {
    setCharter(text);
    preview.reset();
    sign.reset();
    receive.reset();
  };
  return (
    <Section title={next === undefined ? t('takeIn.first') : t('takeIn.next', { version: next })}>
      <p className={classes.text}>{t('takeIn.text')}</p>
      <div className={classes.fields}>
        <Textarea
          classNames={{ input: classes.document! }}
          label={t('takeIn.paste')}
          rows={3}
          spellCheck={false}
          value={charter}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        />
        <input
          ref={chooser}
          type="file"
          className="unseen"
          tabIndex={-1}
          aria-label={t('takeIn.choose')}
          onChange={({ currentTarget }) => {
            void currentTarget.files?.[0]?.text().then((text) => {
              change(text);
              preview.mutate(text);
            });
            currentTarget.value = '';
          }}
        />
        <div className={classes.actions}>
          <Button onClick={() => chooser.current?.click()}>{t('takeIn.choose')}</Button>
          <Button disabled={charter.trim().length < 2 || preview.isPending} onClick={() => preview.mutate(charter)}>
            {t('takeIn.read')}
          </Button>
          {preview.error && <ErrorLine error={preview.error} />}
        </div>
      </div>
      {read && (
        <div className={classes.read}>
          <p>
            <span className="name">{t('document', { name: read.charter.name, version: read.charter.version })}</span>{' '}
            <Status tone={read.complete ? 'ok' : 'wait'}>
              {t('takeIn.signedBy', {
                signed: read.charter.partners.filter(({ signed }) => signed).length,
                count: read.charter.partners.length,
              })}
            </Status>
          </p>
          {read.faults.length > 0 && (
            <ul className={classes.faults}>
              {read.faults.map(({ place, reason, found }) => (
                <li key={`${place} ${reason}`}>
                  <Status tone="bad">
                    {words(place)}: {t(`faults.${reason as 'unfilled'}`, { defaultValue: reason })}
                  </Status>
                  {reason === 'unfilled' && <span className="second"> {String(found)}</span>}
                </li>
              ))}
            </ul>
          )}
          {read.difference && <Changes difference={read.difference} />}
          <div className={classes.actions}>
            <Button
              disabled={!may.allowed || own === undefined || own.signed || read.faults.length > 0 || sign.isPending}
              onClick={() => sign.mutate()}
            >
              {t('takeIn.sign')}
            </Button>
            <Button
              disabled={!may.allowed || !read.complete || read.faults.length > 0 || receive.isPending}
              onClick={() => receive.mutate()}
            >
              {t('takeIn.receive')}
            </Button>
            {!may.allowed && <span className="small third">{t('takeIn.role')}</span>}
            {own?.signed && <Status tone="ok">{t('takeIn.signedHere')}</Status>}
            {sign.error && <ErrorLine error={sign.error} />}
            {receive.error && <ErrorLine error={receive.error} />}
          </div>
        </div>
      )}
    </Section>
  );
}
