/** The way of the data as navigation. A count says how many things wait there for this person; the dashed line is the edge of this machine. */
import { Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Blocked } from '../../../src-main/contract/home.ts';
import { useEngine } from '../engine.tsx';
import { useFormat } from '../format.ts';
import classes from './Rail.module.css';
import {
  atTheFoot,
  comesBack,
  leavesWhenApproved,
  onThisMachine,
  type StationName,
  stationIcons,
  stationPaths,
} from './stations.ts';

export function Rail() {
  const { t } = useTranslation('frame');
  const { queries } = useEngine();
  const { data: home } = useQuery(queries.home.read.queryOptions());
  const folded = useMediaQuery('(max-width: 1279px)') ?? false;

  const items = (stations: readonly StationName[]) => (
    <ul>
      {stations.map((station) => (
        <Item key={station} station={station} folded={folded} waiting={waitingAt(station, home?.blocked ?? [])} />
      ))}
    </ul>
  );
  return (
    <nav className={classes.rail} aria-label={t('rail.label')}>
      {items(['home'])}
      <h2 className={classes.heading}>{t('rail.here')}</h2>
      {items(onThisMachine)}
      <div className={classes.boundary} />
      <h2 className={classes.heading}>{t('rail.leaves')}</h2>
      {items(leavesWhenApproved)}
      <h2 className={classes.heading}>{t('rail.back')}</h2>
      {items(comesBack)}
      <div className={classes.foot}>{items(atTheFoot)}</div>
    </nav>
  );
}

function Item({ station, waiting, folded }: { station: StationName; waiting: number; folded: boolean }) {
  const { t } = useTranslation('frame');
  const format = useFormat();
  const Icon = stationIcons[station];
  const name = t(`stations.${station}`);
  return (
    <li>
      <Tooltip label={name} position="right" disabled={!folded}>
        <Link
          to={stationPaths[station]}
          className={classes.item}
          activeProps={{ 'aria-current': 'page' }}
          activeOptions={{ exact: station === 'home', includeSearch: false }}
        >
          <Icon aria-hidden />
          <span className={classes.name}>{name}</span>
          {waiting > 0 && (
            <span className={classes.count}>
              <span aria-hidden>{format.count(waiting)}</span>
              <span className="unseen">{t('rail.waiting', { count: waiting })}</span>
            </span>
          )}
        </Link>
      </Tooltip>
    </li>
  );
}

const waitingAt = (station: StationName, blocked: readonly Blocked[]): number =>
  blocked
    .filter(({ cause, station: at }) => at === station && cause !== 'connection-denied')
    .reduce((sum, { facts }) => sum + (typeof facts.count === 'number' ? facts.count : 1), 0);
