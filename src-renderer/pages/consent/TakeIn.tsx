/** A charter that somebody hands over: read, signed for the company, or taken in once all have signed. */
import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsentPermission } from '../../../src-main/contract/consent.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Offer } from './Offer.tsx';
import classes from './TakeIn.module.css';

export function TakeIn({ may, next }: { readonly may: ConsentPermission; readonly next?: number }) {
  const { t } = useTranslation('consent');
  const { client } = useEngine();
  const chooser = useRef<HTMLInputElement>(null);
  const [charter, setCharter] = useState('');
  const preview = useMutation({ mutationFn: (text: string) => client.consent.preview({ charter: text }) });
  const change = (text: string) => {
    setCharter(text);
    preview.reset();
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
      {preview.data && (
        <Offer
          key={charter}
          text={charter}
          preview={preview.data}
          may={may}
          onSigned={(text) => {
            change(text);
            preview.mutate(text);
          }}
          onTaken={() => change('')}
        />
      )}
    </Section>
  );
}
