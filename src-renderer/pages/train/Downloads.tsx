/** Files to take along: the metrics of each newest model, the model itself, and the benefit by the metric that is shown. */
import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BenefitMetric } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';
import { bytesOf, download, downloadStream } from '../../parts/download.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import type { Newest } from './models.ts';

type Props = { readonly newest: Newest; readonly metric: BenefitMetric };
type Rows = 'tasks' | 'groups';

export function Downloads({ newest: { pair, aloneModel, globalModel, fusedModel }, metric }: Props) {
  const { t } = useTranslation('train');
  const { client } = useEngine();
  const save = useMutation({ mutationFn: (write: () => Promise<void>) => write() });
  const asJson = (name: string, value: unknown) =>
    download(`${name}.json`, 'application/json', [JSON.stringify(value, null, 2)]);
  const models = [
    { name: t('means.alone'), model: aloneModel },
    { name: t('means.global'), model: globalModel },
    { name: t('means.fused'), model: fusedModel },
  ];
  const sections = [
    ...(pair
      ? [
          {
            title: t('downloads.benefit', { metric: t(`metrics.${metric}`) }),
            csv: async (rows: Rows) =>
              downloadStream(
                `benefit-${metric}-${rows}.csv`,
                await client.training.exportBenefit({ ...pair, metric, rows }),
              ),
            json: async () => asJson(`benefit-${metric}`, await client.training.benefit({ ...pair, metric })),
            onnx: undefined,
          },
        ]
      : []),
    ...models.flatMap(({ name, model }) =>
      model === undefined
        ? []
        : [
            {
              title: t('downloads.model', { model: name }),
              csv: async (rows: Rows) =>
                downloadStream(
                  `metrics-${model.kind}-${model.hash.slice(0, 8)}-${rows}.csv`,
                  await client.training.exportReport({ modelId: model.id, rows }),
                ),
              json: async () =>
                asJson(
                  `metrics-${model.kind}-${model.hash.slice(0, 8)}`,
                  await client.training.report({ modelId: model.id }),
                ),
              onnx: async () =>
                downloadStream(
                  `model-${model.kind}-${model.hash.slice(0, 8)}.onnx`,
                  bytesOf(await client.training.exportModel({ modelId: model.id })),
                  'application/octet-stream',
                ),
            },
          ],
    ),
  ];
  return (
    <>
      {save.error && <ErrorLine error={save.error} />}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<IconDownload aria-hidden />} disabled={sections.length === 0 || save.isPending}>
            {t('downloads.button')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {sections.map(({ title, csv, json, onnx }) => (
            <div key={title}>
              <Menu.Label>{title}</Menu.Label>
              <Menu.Item onClick={() => save.mutate(() => csv('groups'))}>{t('downloads.groups')}</Menu.Item>
              <Menu.Item onClick={() => save.mutate(() => csv('tasks'))}>{t('downloads.tasks')}</Menu.Item>
              <Menu.Item onClick={() => save.mutate(json)}>{t('downloads.json')}</Menu.Item>
              {onnx && <Menu.Item onClick={() => save.mutate(onnx)}>{t('downloads.onnx')}</Menu.Item>}
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
