/** Gives the mapping a name, so that the next file like this one can be read the same way. */
import { Button, Popover, TextInput } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mapping } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Templates.module.css';

/** @param name of the file: what the template is called unless it gets another name */
export function SaveTemplate({ mapping, name }: { mapping: Mapping; name: string }) {
  const { t } = useTranslation('intake');
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={340} trapFocus returnFocus>
      <Popover.Target>
        <Button leftSection={<IconBookmark aria-hidden />} onClick={() => setOpen(!open)}>
          {t('templates.save')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('templates.save')}>
        <div className={classes.inside}>
          <SaveForm mapping={mapping} name={mapping.template?.name ?? stemOf(name)} onDone={() => setOpen(false)} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

const stemOf = (name: string): string => name.replace(/(\.[A-Za-z0-9]{1,8}){1,2}$/, '');

function SaveForm({ mapping, name: suggested, onDone }: { mapping: Mapping; name: string; onDone: () => void }) {
  const { t } = useTranslation('intake');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [name, setName] = useState(suggested);
  const { data: templates } = useQuery(queries.intake.templates.list.queryOptions());
  const before = templates?.find((template) => template.name === name.trim());
  const save = useMutation({
    mutationFn: () => client.intake.templates.save({ name: name.trim(), mapping }),
    onSuccess: () => cache.invalidateQueries({ queryKey: queries.intake.templates.key() }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') save.mutate();
  };
  if (save.isSuccess) {
    return (
      <div className={classes.saved} role="status">
        <Status tone="ok">{t('templates.saved', { name: save.data.name, version: save.data.version })}</Status>
        <Button size="small" variant="quiet" onClick={onDone} data-autofocus>
          {t('templates.close')}
        </Button>
      </div>
    );
  }
  return (
    <form onSubmit={submit}>
      <TextInput
        label={t('templates.name')}
        description={
          before === undefined
            ? t('templates.nameHelp')
            : t('templates.nextVersion', { name: before.name, version: before.version + 1 })
        }
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        maxLength={120}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        data-autofocus
      />
      <div className={classes.actions}>
        {save.isError && <ErrorLine error={save.error} />}
        <Button type="submit" variant="primary" disabled={name.trim() === '' || save.isPending}>
          {t(before === undefined ? 'templates.saveName' : 'templates.saveVersion')}
        </Button>
      </div>
    </form>
  );
}
