/** The columns of the list of rounds, and how the state of a round is said. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member, RoundSummary } from '../../../src-main/contract/federation.ts';
import { useFormat } from '../../app/format.ts';
import type { GridColumn } from '../../parts/DataGrid.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import { keyOf, spanOf } from './round-figures.ts';

export const stateTones: Readonly<Record<RoundSummary['state'], Tone>> = {
  running: 'now',
  finished: 'ok',
  refused: 'warn',
  watched: 'aside',
  voided: 'bad',
};

const nothing = <span className="third">–</span>;

/** What a result is called is another thing where rows were counted. */
export const stateKey = ({ state, kind }: Pick<RoundSummary, 'state' | 'kind'>) =>
  kind === 'counting' && state === 'finished' ? 'counted' : state;

/** The state in words: with the reason, or with who objected. */
function useRoundState(members: readonly Pick<Member, 'id' | 'name'>[]) {
  const { t } = useTranslation('train');
  const format = useFormat();
  return (summary: RoundSummary): string => {
    const { state, reason, objectors } = summary;
    const word = t(`list.state.${stateKey(summary)}`);
    const names = objectors.map((id) => members.find((member) => member.id === id)?.name ?? id);
    if (names.length > 0)
      return t('list.because', { state: word, reason: t('list.objected', { names: format.list(names) }) });
    if (reason === null || state === 'finished') return word;
    return t('list.because', { state: word, reason: t(`round.reason.${reason}`) });
  };
}

/** @param changes of the own validation, by the key of the round */
export function useRoundColumns(
  members: readonly Member[],
  changes: ReadonlyMap<string, number>,
): readonly GridColumn<RoundSummary>[] {
  const { t } = useTranslation('train');
  const format = useFormat();
  const stateOf = useRoundState(members);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `stateOf` changes with the words and the members alone
  return useMemo(
    () => [
      {
        id: 'round',
        head: t('list.column.round'),
        width: 92,
        cell: ({ round, attempt, kind }) => (
          <>
            <span className="name">{kind === 'counting' ? t('list.rows') : format.count(round)}</span>
            {attempt > 1 && <span className="small third"> {t('list.attempt', { attempt })}</span>}
          </>
        ),
        text: keyOf,
      },
      {
        id: 'state',
        head: t('list.column.state'),
        width: 'minmax(96px, 1fr)',
        cell: (summary) => (
          <Status tone={stateTones[summary.state]} title={stateOf(summary)}>
            {stateOf(summary)}
          </Status>
        ),
        text: stateOf,
      },
      {
        id: 'survivors',
        head: t('list.column.survivors'),
        width: 80,
        align: 'end',
        cell: ({ survivors }) =>
          survivors === null ? nothing : t('list.of', { count: survivors, total: members.length }),
      },
      {
        id: 'validation',
        head: t('list.column.validation'),
        width: 84,
        align: 'end',
        cell: ({ validationAucPr }) =>
          validationAucPr === null ? nothing : <span className="name">{format.decimal(validationAucPr, 3)}</span>,
        text: ({ validationAucPr }) => (validationAucPr === null ? '' : String(validationAucPr)),
      },
      {
        id: 'change',
        head: t('list.column.change'),
        width: 70,
        align: 'end',
        cell: (summary) => {
          const change = changes.get(keyOf(summary));
          return change === undefined ? nothing : format.signed(change, 3);
        },
      },
      {
        id: 'out',
        head: t('list.column.out'),
        width: 76,
        align: 'end',
        cell: ({ bytesOut }) => format.bytes(bytesOut),
      },
      {
        id: 'in',
        head: t('list.column.in'),
        width: 76,
        align: 'end',
        cell: ({ bytesIn }) => format.bytes(bytesIn),
      },
      {
        id: 'started',
        head: t('list.column.started'),
        width: 104,
        align: 'end',
        hideBelow: 800,
        cell: ({ startedAt }) => <span title={format.exact(startedAt)}>{format.moment(startedAt)}</span>,
      },
      {
        id: 'finished',
        head: t('list.column.finished'),
        width: 104,
        align: 'end',
        hideBelow: 900,
        cell: ({ finishedAt }) =>
          finishedAt === null ? nothing : <span title={format.exact(finishedAt)}>{format.moment(finishedAt)}</span>,
      },
      {
        id: 'took',
        head: t('list.column.took'),
        width: 76,
        align: 'end',
        cell: ({ startedAt, finishedAt }) =>
          finishedAt === null ? nothing : format.duration(spanOf(startedAt, finishedAt)),
      },
      {
        id: 'trunk',
        head: t('list.column.trunk'),
        width: 110,
        align: 'end',
        hideBelow: 1000,
        cell: ({ trunkHash }) => (trunkHash === null ? nothing : <Hash value={trunkHash} />),
        text: ({ trunkHash }) => trunkHash ?? '',
      },
    ],
    [t, format, members, changes],
  );
}
