/** Compounds in: SMILES pasted or a file chosen; what will be used, what can be undone, and that nothing leaves. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconLock, IconStack2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { uploadFile } from '../../link/upload.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { countLines } from './call.ts';
import classes from './EntryForm.module.css';
import { type ChosenModels, ModelChoice, useModelNames } from './ModelChoice.tsx';

const accepted = '.smi,.smiles,.txt,.csv,.tsv,.sdf,.sd,.gz';

/** Aspirin, caffeine, ibuprofen, imatinib, metformin: public structures to try the page with. */
const examples = `CC(=O)Oc1ccccc1C(=O)O aspirin
Cn1c(=O)c2c(ncn2C)n(C)c1=O caffeine
CC(C)Cc1ccc(cc1)C(C)C(=O)O ibuprofen
Cc1ccc(cc1Nc1nccc(n1)-c1cccnc1)NC(=O)c1ccc(cc1)CN1CCN(C)CC1 imatinib
CN(C)C(=N)NC(=N)N metformin
`;

export function EntryForm({ onCancel }: { onCancel: (() => void) | undefined }) {
  const { t } = useTranslation('score');
  const { client } = useEngine();
  const format = useFormat();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const chooser = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [share, setShare] = useState(0);
  const [over, setOver] = useState(false);

  const { queries } = useEngine();
  const { data: models = [] } = useQuery(queries.scoring.models.queryOptions());
  const [chosen, setChosen] = useState<ChosenModels>({ global: null, own: null });

  const start = useMutation({
    mutationFn: async () => {
      const source =
        file === null
          ? { kind: 'text' as const, text }
          : { kind: 'upload' as const, token: (await uploadFile(client, file, { report: setShare })).token };
      return client.scoring.start({
        name: name.trim() === '' ? null : name.trim(),
        source,
        globalModelId: chosen.global,
        ownModelId: chosen.own,
      });
    },
    onSuccess: ({ sheetId }) => {
      void cache.invalidateQueries();
      void navigate({ to: '/score', search: { sheet: sheetId } });
    },
  });
  const names = useModelNames(models, chosen);
  const lines = countLines(text);
  const ready = file !== null || lines > 0;

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) setFile(dropped);
  }

  return (
    <form
      className={classes.form}
      data-over={over || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) start.mutate();
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2 className="statement">{t('entry.title')}</h2>
      <div className={classes.source}>
        {file === null ? (
          <Textarea
            classNames={{ input: classes.smiles! }}
            label={t('entry.paste')}
            description={t('entry.pasteHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            rows={9}
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        ) : (
          <p className={classes.file}>
            <span className="strong">{file.name}</span> <span className="third">{format.bytes(file.size)}</span>
            <Button size="small" variant="quiet" onClick={() => setFile(null)}>
              {t('entry.remove')}
            </Button>
          </p>
        )}
      </div>
      <div className={classes.row}>
        <input
          ref={chooser}
          type="file"
          accept={accepted}
          className="unseen"
          aria-label={t('entry.file')}
          tabIndex={-1}
          onChange={({ currentTarget }) => {
            setFile(currentTarget.files?.[0] ?? null);
            currentTarget.value = '';
          }}
        />
        <Button onClick={() => chooser.current?.click()}>{t('entry.choose')}</Button>
        <span className="small third">{t('entry.fileHelp')}</span>
        {file === null && lines === 0 && (
          <Button variant="quiet" size="small" className={classes.end} onClick={() => setText(examples)}>
            {t('entry.example')}
          </Button>
        )}
      </div>
      <TextInput
        className={classes.name}
        label={t('entry.name')}
        description={t('entry.nameHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <ModelChoice models={models} chosen={chosen} onChange={setChosen} />
      <div className={classes.row}>
        <Button type="submit" variant="primary" disabled={!ready || start.isPending}>
          {file === null ? t('entry.start', { count: lines }) : t('entry.startFile', { file: file.name })}
        </Button>
        {onCancel && (
          <Button variant="quiet" onClick={onCancel}>
            {t('entry.cancel')}
          </Button>
        )}
        {!ready && <span className="small third">{t('entry.nothing')}</span>}
        {start.isPending && file !== null && (
          <>
            <Meter label={file.name} done={share} total={1} width={160} />
            <span className="small second">
              {t('entry.uploading', { file: file.name, share: format.percent(share) })}
            </span>
          </>
        )}
        {start.error && <ErrorLine error={start.error} />}
      </div>
      <Promises names={names} />
    </form>
  );
}

function Promises({ names }: { names: readonly string[] }) {
  const { t } = useTranslation('score');
  return (
    <div className={classes.promises}>
      <div>
        <h3>
          <IconStack2 aria-hidden /> {t('entry.needs.title')}
        </h3>
        <p>{t('entry.needs.text', { models: names.join(t('entry.and')) })}</p>
      </div>
      <div>
        <h3>
          <IconArrowBackUp aria-hidden /> {t('entry.undo.title')}
        </h3>
        <p>{t('entry.undo.text')}</p>
      </div>
      <div>
        <h3>
          <IconLock aria-hidden /> {t('entry.leaves.title')}
        </h3>
        <p>{t('entry.leaves.text')}</p>
      </div>
    </div>
  );
}
