/** Fills the workspace with data that Chorale generates itself, so that every page has something to show. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../../app/engine.tsx';
import { useJobs } from '../../app/jobs.tsx';
import { ErrorLine } from '../../parts/ErrorState.tsx';

export function SampleButton() {
  const { t } = useTranslation('intake');
  const { client } = useEngine();
  const { running } = useJobs();
  const sample = useMutation({ mutationFn: () => client.workspace.sample() });
  const busy = sample.isPending || running.some(({ kind }) => kind === 'sample');
  return (
    <>
      {sample.isError && <ErrorLine error={sample.error} />}
      <Button disabled={busy} onClick={() => sample.mutate()}>
        {t('empty.sample')}
      </Button>
    </>
  );
}
