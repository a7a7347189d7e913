/** Spellings of a column with their rows and how each is read; an open one asks. */
import { Select } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/format.ts';
import classes from './WordTable.module.css';

export type Word = {
  readonly spelling: string;
  readonly rows: number;
  /** Null while it is open. */
  readonly value: string | null;
  /** Open and asked for: nothing can go on before it is settled. */
  readonly asked?: boolean;
};

type Props = {
  readonly words: readonly Word[];
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly placeholder: string;
  readonly onRead: (spelling: string, value: string) => void;
};

export function WordTable({ words, choices, placeholder, onRead }: Props) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('spellings.spelling')}</th>
          <th scope="col" className="number">
            {t('spellings.rows')}
          </th>
          <th scope="col">{t('spellings.readAs')}</th>
        </tr>
      </thead>
      <tbody>
        {words.map(({ spelling, rows, value, asked = value === null }) => (
          <tr key={spelling}>
            <td className="code" title={spelling}>
              {spelling === '' ? t('spellings.empty') : spelling}
            </td>
            <td className="number">{format.count(rows)}</td>
            <td>
              <Select
                aria-label={t('spellings.readAsOf', { spelling })}
                classNames={{ input: asked ? classes.open! : classes.settled! }}
                leftSection={asked ? undefined : <IconCheck aria-hidden />}
                leftSectionWidth={18}
                rightSection={asked ? undefined : <span />}
                rightSectionWidth={asked ? 26 : 4}
                placeholder={placeholder}
                data={[...choices]}
                value={value}
                onChange={(chosen) => {
                  if (chosen !== null && chosen !== value) onRead(spelling, chosen);
                }}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
