/** The steward's answer to a request for changes: what training leaves out from now on, and why. */
import { Button, Checkbox, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LeftOut } from '../../../src-main/contract/disclosure.ts';
import type { PackageView } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './Amend.module.css';
import { useStay } from './useStay.ts';

export function Amend({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  const [open, setOpen] = useState(false);
  if (!frozen.may.amend.allowed) return null;
  const done = frozen.amendments.some(({ packageHash }) => packageHash === frozen.hash);
  return (
    <Section title={t('amend.title')}>
      {done && (
        <p className={classes.done}>
          <Status tone="ok">{t('amend.done')}</Status> <span className="small second">{t('amend.waits')}</span>
        </p>
      )}
      {open ? (
        <Form frozen={frozen} onClose={() => setOpen(false)} />
      ) : (
        <Button size="small" onClick={() => setOpen(true)}>
          {t('amend.open')}
        </Button>
      )}
    </Section>
  );
}

function Form({ frozen, onClose }: { frozen: PackageView; onClose: () => void }) {
  const { t } = useTranslation('checks');
  const { client, queries } = useEngine();
  const format = useFormat();
  const cache = useQueryClient();
  const { data } = useQuery(queries.release.amendable.queryOptions({ input: { hash: frozen.hash } }));
  const [chosen, setChosen] = useState<LeftOut | null>(null);
  const [comment, setComment] = useState('');
  const [missing, setMissing] = useState<'comment' | 'change' | null>(null);
  const leftOut = chosen ?? data?.leftOut ?? { assays: [], compounds: [] };
  const exposed = frozen.membership?.exposed ?? [];
  const named = new Map(exposed.map(({ smiles, companyIds }) => [smiles, companyIds]));
  const compounds = [...new Set([...(data?.leftOut.compounds ?? []), ...named.keys()])];
  const { goOn } = useStay();
  const amend = useMutation({
    mutationFn: () => client.release.amend({ hash: frozen.hash, comment: comment.trim(), leftOut }),
    onSuccess: (view) => {
      cache.setQueryData(queries.release.read.queryKey({ input: { hash: frozen.hash } }), view);
      onClose();
      goOn();
      void cache.invalidateQueries();
    },
  });

  const ticked = <Item,>(list: readonly Item[], item: Item): Item[] =>
    list.includes(item) ? list.filter((one) => one !== item) : [...list, item];

  function submit(): void {
    if (chosen === null) setMissing('change');
    else if (comment.trim() === '') setMissing('comment');
    else amend.mutate();
  }

  return (
    <div className={classes.form}>
      <p className="small second">{t('amend.text')}</p>
      <fieldset className={classes.choices}>
        <legend>{t('amend.assays')}</legend>
        {data?.assays.length === 0 && <p className="small third">{t('amend.noAssays')}</p>}
        {(data?.assays ?? []).map(({ id, code, tasks, smallestTask }) => (
          <Checkbox
            key={id}
            label={t('amend.assay', { code, count: tasks, smallest: smallestTask })}
            checked={leftOut.assays.includes(id)}
            onChange={() => {
              setChosen({ ...leftOut, assays: ticked(leftOut.assays, id) });
              setMissing(null);
            }}
          />
        ))}
      </fieldset>
      <fieldset className={classes.choices}>
        <legend>{t('amend.compounds')}</legend>
        {compounds.length === 0 && <p className="small third">{t('amend.noCompounds')}</p>}
        {compounds.map((smiles) => (
          <Checkbox
            key={smiles}
            label={named.get(smiles)?.join(', ') || format.short(smiles, 12)}
            title={smiles}
            checked={leftOut.compounds.includes(smiles)}
            onChange={() => {
              setChosen({ ...leftOut, compounds: ticked(leftOut.compounds, smiles) });
              setMissing(null);
            }}
          />
        ))}
      </fieldset>
      <Textarea
        aria-label={t('amend.comment')}
        placeholder={t('amend.comment')}
        rows={2}
        value={comment}
        error={missing === 'comment' && t('amend.needsComment')}
        onChange={({ currentTarget }) => {
          setComment(currentTarget.value);
          setMissing(null);
        }}
      />
      {missing === 'change' && <Status tone="warn">{t('amend.needsChange')}</Status>}
      <div className={classes.actions}>
        <Button size="small" disabled={amend.isPending || data === undefined} onClick={submit}>
          {t('amend.submit')}
        </Button>
        <Button size="small" variant="quiet" onClick={onClose}>
          {t('amend.cancel')}
        </Button>
      </div>
      {amend.error && <ErrorLine error={amend.error} />}
    </div>
  );
}
