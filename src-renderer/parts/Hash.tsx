/** A hash, an address or a SMILES: shortened in the middle, copied whole by a click. */
import { UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../app/format.ts';
import classes from './Hash.module.css';

type Props = {
  readonly value: string;
  /** Characters kept at each end. */
  readonly ends?: number;
  readonly icon?: boolean;
};

export function Hash({ value, ends = 4, icon = false }: Props) {
  const { t } = useTranslation('frame');
  const format = useFormat();
  const [copied, setCopied] = useState(false);
  const short = format.short(value, ends);
  return (
    <UnstyledButton
      className={classes.hash}
      title={value}
      aria-label={t('copy.hash', { value: short })}
      onClick={(event) => {
        event.stopPropagation();
        void navigator.clipboard.writeText(value).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 1_500);
        });
      }}
    >
      {short}
      {(icon || copied) && (copied ? <IconCheck aria-hidden /> : <IconCopy aria-hidden />)}
      <span role="status" className="unseen">
        {copied && t('copy.done')}
      </span>
    </UnstyledButton>
  );
}
