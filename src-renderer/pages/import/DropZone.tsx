/** Where a file is dropped or chosen; while one is on its way it shows how far. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Meter } from '../../parts/Meter.tsx';
import classes from './DropZone.module.css';
import { FileToStructure } from './FileToStructure.tsx';
import { SampleButton } from './SampleButton.tsx';
import type { Upload } from './useUpload.ts';

type Props = {
  readonly upload: Upload;
  readonly onChoose: () => void;
  readonly over: boolean;
  readonly first: boolean;
};

export function DropZone({ upload, onChoose, over, first }: Props) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const { running, failed, tooMany } = upload;
  return (
    <div className={classes.zone} data-over={over || undefined}>
      {running ? (
        <>
          <h2 className={classes.title}>{t('upload.title', { name: running.file.name })}</h2>
          <div className={classes.meter}>
            <Meter label={t('upload.title', { name: running.file.name })} done={running.share} total={1} width={320} />
          </div>
          <p className="second">
            {t('upload.text', {
              done: format.bytes(running.file.size * running.share),
              total: format.bytes(running.file.size),
            })}
          </p>
          <div className={classes.actions}>
            <Button onClick={upload.stop}>{t('upload.stop')}</Button>
          </div>
        </>
      ) : (
        <>
          <FileToStructure />
          <h2 className={classes.title}>{t(first ? 'empty.first' : 'empty.next')}</h2>
          <p className="second">{t('empty.formats')}</p>
          <div className={classes.actions}>
            <Button variant="primary" onClick={onChoose}>
              {t('empty.choose')}
            </Button>
            {first && <SampleButton />}
          </div>
          {tooMany !== null && <p className={classes.failed}>{t('upload.tooMany', { count: tooMany })}</p>}
          {failed && (
            <p className={classes.failed}>
              {t('upload.failed', { name: failed.name })} <ErrorLine error={failed.error} />
            </p>
          )}
        </>
      )}
    </div>
  );
}
