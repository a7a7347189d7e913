/** A charter that is not taken in yet: what it is, what it changes, and what this company can do with it. */
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CharterPreview, ConsentPermission } from '../../../src-main/contract/consent.ts';
import { useEngine } from '../../app/engine.tsx';
import { download } from '../../parts/download.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Status } from '../../parts/Status.tsx';
import { Changes } from './Changes.tsx';
import classes from './TakeIn.module.css';
import { useConsentLanguage } from './useConsentLanguage.ts';
import { usePlaceWords } from './usePlaceWords.ts';

export function Offer({
  text,
  preview: read,
  may,
  onSigned,
  onTaken,
}: {
  readonly text: string;
  readonly preview: CharterPreview;
  readonly may: ConsentPermission;
  /** Told the text with this company's signature. */
  readonly onSigned: (text: string) => void;
  readonly onTaken: () => void;
}) {
  const { t } = useTranslation('consent');
  const { client } = useEngine();
  const cache = useQueryClient();
  const language = useConsentLanguage();
  const words = usePlaceWords();
  const sign = useMutation({
    mutationFn: () => client.consent.sign({ charter: text }),
    onSuccess: ({ charter }) => {
      download('charter.json', 'application/json', [charter]);
      onSigned(charter);
    },
  });
  const handIn = useMutation({
    mutationFn: () => client.consent.handIn({ charter: text }),
    onSuccess: ({ charter }) => {
      onSigned(charter);
      void cache.invalidateQueries();
    },
  });
  const receive = useMutation({
    mutationFn: () => client.consent.receive({ charter: text, language }),
    onSuccess: () => {
      onTaken();
      void cache.invalidateQueries();
    },
  });
  const { charter, complete, faults, difference } = read;
  const own = charter.partners.find(({ you }) => you);
  const signed = charter.partners.filter((partner) => partner.signed);
  const sound = may.allowed && faults.length === 0;
  return (
    <div className={classes.read}>
      <p>
        <span className="name">{t('document', { name: charter.name, version: charter.version })}</span>{' '}
        <Status tone={complete ? 'ok' : 'wait'}>
          {t('takeIn.signedBy', { signed: signed.length, count: charter.partners.length })}
        </Status>{' '}
        <span className="small second">{signed.map(({ name }) => name).join(t('takeIn.and'))}</span>
      </p>
      {faults.length > 0 && (
        <ul className={classes.faults}>
          {faults.map(({ place, reason, found }) => (
            <li key={`${place} ${reason}`}>
              <Status tone="bad">
                {words(place)}: {t(`faults.${reason as 'unfilled'}`, { defaultValue: reason })}
              </Status>
              {reason === 'unfilled' && <span className="second"> {String(found)}</span>}
            </li>
          ))}
        </ul>
      )}
      {difference && <Changes difference={difference} consented={false} />}
      <div className={classes.actions}>
        <Button disabled={!sound || own === undefined || complete || handIn.isPending} onClick={() => handIn.mutate()}>
          {t(own?.signed ? 'takeIn.handIn' : 'takeIn.signAndHandIn')}
        </Button>
        <Button disabled={!sound || own === undefined || own.signed || sign.isPending} onClick={() => sign.mutate()}>
          {t('takeIn.sign')}
        </Button>
        <Button disabled={!sound || !complete || receive.isPending} onClick={() => receive.mutate()}>
          {t('takeIn.receive')}
        </Button>
        {!may.allowed && <span className="small third">{t('takeIn.role')}</span>}
        {own?.signed && <Status tone="ok">{t('takeIn.signedHere')}</Status>}
        {handIn.isSuccess && <Status tone="ok">{t('takeIn.handedIn')}</Status>}
        {handIn.error && <ErrorLine error={handIn.error} />}
        {sign.error && <ErrorLine error={sign.error} />}
        {receive.error && <ErrorLine error={receive.error} />}
      </div>
    </div>
  );
}
