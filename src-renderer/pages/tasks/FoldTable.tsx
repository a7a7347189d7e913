/** What each threshold costs: actives and inactives fold by fold, the fold below a limit marked with its number. */
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AssayDetail, TaskDetail } from '../../../src-main/contract/tasks.ts';
import { useFormat } from '../../app/format.ts';
import { Status } from '../../parts/Status.tsx';
import { Table } from '../../parts/Table.tsx';
import classes from './FoldTable.module.css';
import { levelColour, levelInk, levelOf, mainOf, sideOf, thresholdText } from './threshold.ts';

export function FoldTable({ detail }: { detail: AssayDetail }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const side = sideOf(detail);
  const tasks = mainOf(detail.tasks);
  const isClassed = detail.assay.fixed === 'classes';
  const folds = tasks[0]?.folds ?? [];
  if (folds.length === 0) return null;
  const level = (index: number) => levelOf(index, tasks.length, side);
  const threshold = (value: number) => thresholdText(format, value);

  return (
    <section
      className={classes.scroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key
      tabIndex={0}
      aria-label={t('folds.label')}
    >
      <Table className={classes.table} label={t('folds.label')}>
        <thead>
          <tr>
            <th scope="col" className={classes.fold}>
              {t('folds.fold')}
            </th>
            <th scope="col" className={classes.use}>
              {t('folds.use')}
            </th>
            {tasks.map((task, index) => (
              <TaskHead
                key={task.threshold}
                colour={levelInk(level(index))}
                active={
                  isClassed
                    ? t('fixed.active')
                    : t(`folds.active.${side}`, {
                        threshold: threshold(task.threshold),
                        opposite: threshold(-task.threshold),
                      })
                }
                inactive={isClassed ? t('fixed.inactive') : t(`folds.inactive.${side}`)}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {folds.map(({ fold, role }) => (
            <tr key={fold}>
              <th scope="row" className={classes.fold}>
                {format.count(fold)}
              </th>
              <td className={classes.use}>{t(`folds.roles.${role}`)}</td>
              {tasks.map((task, index) => (
                <FoldCells
                  key={task.threshold}
                  task={task}
                  fold={fold}
                  colour={levelColour(level(index))}
                  need={detail.limits.evaluation}
                />
              ))}
            </tr>
          ))}
          <tr className={classes.sum}>
            <th scope="row" colSpan={2} className={classes.fold}>
              {t('folds.all')}
            </th>
            {tasks.map((task) => (
              <SumCells key={task.threshold} task={task} />
            ))}
          </tr>
          <tr className={classes.limits}>
            <th scope="row" colSpan={2} className={classes.fold}>
              {t('folds.limits')}
            </th>
            {tasks.map((task) => (
              <td key={task.threshold} colSpan={3}>
                <Limits task={task} limits={detail.limits} />
              </td>
            ))}
          </tr>
        </tbody>
      </Table>
    </section>
  );
}

function TaskHead({ colour, active, inactive }: { colour: string; active: string; inactive: string }) {
  return (
    <>
      <th scope="col" className={classes.count} style={{ color: colour }}>
        {active}
      </th>
      <th scope="col" className={classes.count}>
        {inactive}
      </th>
      <td className={classes.bars} />
    </>
  );
}

type CellsProps = {
  readonly task: TaskDetail;
  readonly fold: number;
  readonly colour: string;
  readonly need: AssayDetail['limits']['evaluation'];
};

function FoldCells({ task, fold, colour, need }: CellsProps) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  const { actives, inactives } = task.folds.find((counted) => counted.fold === fold) ?? { actives: 0, inactives: 0 };
  const short = task.auxiliary ? undefined : task.evaluationShort.find((missing) => missing.fold === fold);
  const all = actives + inactives;
  return (
    <>
      <td className={classes.count}>
        <Count value={actives} short={(short?.actives ?? 0) > 0} need={need.actives} />
      </td>
      <td className={`${classes.count} second`}>
        <Count value={inactives} short={(short?.inactives ?? 0) > 0} need={need.inactives} />
      </td>
      <td className={classes.bars}>
        {all > 0 && (
          <span
            className={classes.bar}
            role="img"
            aria-label={t('folds.share', { actives, all })}
            title={`${t('folds.share', { actives, all })} (${format.percent(actives / all)})`}
          >
            <span style={{ flexGrow: actives, background: colour }} />
            <span style={{ flexGrow: inactives, background: 'var(--series-inactive)' }} />
          </span>
        )}
      </td>
    </>
  );
}

function Count({ value, short, need }: { value: number; short: boolean; need: number }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  if (!short) return format.count(value);
  return (
    <span className={classes.short} title={t('folds.short', { need })}>
      <IconAlertTriangle aria-hidden />
      <span className="unseen">{t('folds.short', { need })}: </span>
      {format.count(value)}
    </span>
  );
}

function SumCells({ task }: { task: TaskDetail }) {
  const format = useFormat();
  return (
    <>
      <td className={classes.count}>{format.count(task.total.actives)}</td>
      <td className={classes.count}>{format.count(task.total.inactives)}</td>
      <td />
    </>
  );
}

/** What the threshold costs, said at once: trained or not, evaluated or not. */
function Limits({ task, limits }: { task: TaskDetail; limits: AssayDetail['limits'] }) {
  const { t } = useTranslation('tasks');
  const format = useFormat();
  if (task.status === 'too-few') {
    const have = `${format.count(task.total.actives)} + ${format.count(task.total.inactives)}`;
    return <Status tone="aside">{t('folds.trainsNot', { have, ...limits.training })}</Status>;
  }
  return (
    <span className={classes.verdicts}>
      <Status tone="ok">
        {task.catalogue?.check === 'matched' && limits.catalogue !== null
          ? t('folds.trainsCatalogue', { count: limits.catalogue })
          : t('folds.trains', limits.training)}
      </Status>
      {task.auxiliary ? (
        <Status tone="aside">{t('folds.neverEvaluated')}</Status>
      ) : task.evaluationShort.length === 0 ? (
        <Status tone="ok">{t('folds.evaluated', limits.evaluation)}</Status>
      ) : (
        <Status tone="warn">{shortWords(task)}</Status>
      )}
    </span>
  );

  function shortWords({ evaluationShort, folds }: TaskDetail): string {
    const [first] = evaluationShort;
    if (evaluationShort.length > 1 || first === undefined) {
      return t('folds.shortFolds', {
        folds: evaluationShort.map(({ fold }) => format.count(fold)).join(t('reason.shareJoin')),
        ...limits.evaluation,
      });
    }
    const lacks = first.actives > 0 ? 'actives' : 'inactives';
    const have = folds.find(({ fold }) => fold === first.fold)?.[lacks] ?? 0;
    return t('folds.shortFold', { fold: first.fold, have, need: limits.evaluation[lacks] });
  }
}
