/** The rejected rows of a batch as a CSV that can be corrected and imported again. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Batch } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { saveText } from './download.ts';

export function RejectedDownload({ batchId, name, rows }: { batchId: number; name: string; rows: Batch['rows'] }) {
  const { t } = useTranslation('intake');
  const { client } = useEngine();
  const save = useMutation({
    mutationFn: async () => {
      const pieces = await client.intake.rejectedCsv({ batchId });
      await saveText(`${name.replace(/\.[^.]+$/, '')}-rejected.csv`, 'text/csv', pieces);
    },
  });
  if (rows.rejected === 0) return null;
  return (
    <>
      <Button leftSection={<IconDownload aria-hidden />} disabled={save.isPending} onClick={() => save.mutate()}>
        {t('batches.download', { count: rows.rejected })}
      </Button>
      {save.isError && <ErrorLine error={save.error} />}
    </>
  );
}
