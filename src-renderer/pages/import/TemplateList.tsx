/** All saved mappings: how often each was used, a new name, and away with it. */
import { ActionIcon, Button, Popover, TextInput } from '@mantine/core';
import { IconBookmark, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Template } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import classes from './Templates.module.css';

export function TemplateList() {
  const { t } = useTranslation('intake');
  const { queries } = useEngine();
  const { data: templates } = useQuery(queries.intake.templates.list.queryOptions());
  if (templates === undefined || templates.length === 0) return null;
  return (
    <Popover position="bottom-end" width={460} trapFocus returnFocus>
      <Popover.Target>
        <Button leftSection={<IconBookmark aria-hidden />}>{t('templates.list', { count: templates.length })}</Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('templates.title')} className={classes.dropdown!}>
        <div className={classes.inside}>
          <h2 className={classes.title}>{t('templates.title')}</h2>
          <p className={`${classes.help} small second`}>{t('templates.help')}</p>
          <ul>
            {templates.map((template) => (
              <Row key={template.id} template={template} />
            ))}
          </ul>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Row({ template }: { template: Template }) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [state, setState] = useState<'shown' | 'renaming' | 'removing'>('shown');
  const { id, name, version, columns, batches, changedAt, person } = template;
  const onSuccess = () => {
    setState('shown');
    return cache.invalidateQueries({ queryKey: queries.intake.templates.key() });
  };
  const remove = useMutation({ mutationFn: () => client.intake.templates.remove({ id }), onSuccess });
  if (state === 'renaming') {
    return (
      <li className={classes.row}>
        <Rename template={template} onDone={() => setState('shown')} />
      </li>
    );
  }
  return (
    <li className={classes.row}>
      <div className={classes.about}>
        <span className="name cut" title={name}>
          {name}
        </span>
        <span className="small third cut">
          {[
            t('templates.version', { version }),
            t(`formats.${template.format}`),
            t('templates.columns', { count: columns }),
            t('templates.batches', { count: batches }),
            `${person}, ${format.when(changedAt)}`,
          ].join(' · ')}
        </span>
        {remove.isError && <ErrorLine error={remove.error} />}
      </div>
      {state === 'removing' ? (
        <>
          <Button size="small" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {t('templates.removeSure')}
          </Button>
          <Button size="small" variant="quiet" onClick={() => setState('shown')}>
            {t('templates.keep')}
          </Button>
        </>
      ) : (
        <>
          <ActionIcon aria-label={t('templates.rename', { name })} onClick={() => setState('renaming')}>
            <IconPencil aria-hidden />
          </ActionIcon>
          <ActionIcon aria-label={t('templates.remove', { name })} onClick={() => setState('removing')}>
            <IconTrash aria-hidden />
          </ActionIcon>
        </>
      )}
    </li>
  );
}

function Rename({ template, onDone }: { template: Template; onDone: () => void }) {
  const { t } = useTranslation('intake');
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [name, setName] = useState(template.name);
  const rename = useMutation({
    mutationFn: () => client.intake.templates.rename({ id: template.id, name: name.trim() }),
    async onSuccess() {
      await cache.invalidateQueries({ queryKey: queries.intake.templates.key() });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === template.name) onDone();
    else if (name.trim() !== '') rename.mutate();
  };
  return (
    <form className={classes.rename} onSubmit={submit}>
      <TextInput
        aria-label={t('templates.name')}
        maxLength={120}
        value={name}
        error={rename.isError ? <ErrorLine error={rename.error} /> : undefined}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onDone();
        }}
        ref={(input) => input?.focus()}
      />
      <Button type="submit" size="small" disabled={name.trim() === '' || rename.isPending}>
        {t('templates.renameSure')}
      </Button>
      <Button size="small" variant="quiet" onClick={onDone}>
        {t('templates.cancel')}
      </Button>
    </form>
  );
}
