/** A passphrase that is typed twice: what is missing stands in the place of the help. */
import { PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  readonly label: string;
  readonly again: string;
  /** Under the first field, until something is typed. */
  readonly help: string;
  /** Under the second field. */
  readonly note?: string;
  readonly atLeast: number;
  /** Null as long as it is too short or the two differ. */
  readonly onChange: (passphrase: string | null) => void;
};

export function NewPassphrase({ label, again, help, note, atLeast, onChange }: Props) {
  const { t } = useTranslation('people');
  const [typed, setTyped] = useState({ first: '', second: '' });
  const missing = atLeast - [...typed.first].length;
  const different = typed.second !== '' && typed.first !== typed.second;

  const change = (changed: Partial<typeof typed>) => {
    const next = { ...typed, ...changed };
    setTyped(next);
    onChange([...next.first].length >= atLeast && next.first === next.second ? next.first : null);
  };
  return (
    <>
      <PasswordInput
        label={label}
        description={typed.first !== '' && missing > 0 ? t('own.missing', { count: missing }) : help}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="new-password"
        value={typed.first}
        onChange={({ currentTarget }) => change({ first: currentTarget.value })}
      />
      <PasswordInput
        label={again}
        description={different ? undefined : note}
        error={different && t('own.different')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="new-password"
        value={typed.second}
        onChange={({ currentTarget }) => change({ second: currentTarget.value })}
      />
    </>
  );
}
