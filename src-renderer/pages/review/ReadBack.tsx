/** Whether the frozen file on the disk is still the one that was hashed: read again when the page opens, and on demand. */
import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PackageView } from '../../../src-main/contract/release.ts';
import { useEngine } from '../../app/engine.tsx';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Status } from '../../parts/Status.tsx';

export function ReadBack({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const { queries } = useEngine();
  const format = useFormat();
  const small = useMediaQuery('(max-width: 1399px)') ?? false;
  const { data, error, isFetching, refetch } = useQuery({
    ...queries.release.readBack.queryOptions({ input: { hash: frozen.hash } }),
    enabled: frozen.filesRemovedAt === null,
    staleTime: 60_000,
    meta: { fixed: true },
  });
  if (error) return <ErrorLine error={error} />;
  if (isFetching) return <Status tone="now">{t('readBack.running')}</Status>;
  if (data === undefined) return null;
  const when = format.time(data.checkedAt);
  return (
    <>
      {data.agrees ? (
        <Status tone="ok" title={format.exact(data.checkedAt)}>
          {small ? t('readBack.agreesShort') : t('readBack.agrees', { when })}
        </Status>
      ) : (
        <Status tone="bad" title={t('readBack.differsText')}>
          {t('readBack.differs', { chunk: (data.firstBadChunk ?? 0) + 1 })}
        </Status>
      )}
      <ActionIcon size={24} aria-label={t('readBack.again')} title={t('readBack.again')} onClick={() => void refetch()}>
        <IconRefresh aria-hidden />
      </ActionIcon>
    </>
  );
}
