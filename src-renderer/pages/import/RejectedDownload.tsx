/** The rejected rows as a CSV that can be corrected and imported again: of a batch, or of a check before anything is stored. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Mapping } from '../../../src-main/contract/intake.ts';
import { useEngine } from '../../app/engine.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { saveText } from './download.ts';

type Source =
  | { readonly batchId: number }
  | { readonly file: string; readonly companion: string | null; readonly mapping: Mapping };

type Props = { readonly from: Source; readonly name: string; readonly rejected: number };

export function RejectedDownload({ from, name, rejected }: Props) {
  const { t } = useTranslation('intake');
  const { client } = useEngine();
  const save = useMutation({
    mutationFn: async () => {
      const pieces =
        'batchId' in from ? await client.intake.rejectedCsv(from) : await client.intake.rejectedCsvOfPreview(from);
      await saveText(`${name.replace(/\.[^.]+$/, '')}-rejected.csv`, 'text/csv', pieces);
    },
  });
  if (rejected === 0) return null;
  return (
    <>
      {save.isError && <ErrorLine error={save.error} />}
      <Button leftSection={<IconDownload aria-hidden />} disabled={save.isPending} onClick={() => save.mutate()}>
        {t('batches.download', { count: rejected })}
      </Button>
    </>
  );
}
