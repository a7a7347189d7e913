/** Runs many storms and says which seeds broke something: `npm run simulate -- --rounds 5000 --seed 1`. */
import { parseArgs } from 'node:util';
import { rememberChecks } from './remembered-checks.ts';
import type { StormTrace } from './storm.ts';
import { judge } from './storm-judge.ts';
import { runChangingRosters } from './storm-rosters.ts';
import { weatherOf } from './weather.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    partners: { type: 'string', default: '50' },
    /** Rows that few partners touch are counted and frozen. */
    rare: { type: 'boolean', default: false },
    /** So many series of each seed, the roster changing from one to the next. */
    rosters: { type: 'string', default: '1' },
    /** Only this seed, with all that is known of it. */
    only: { type: 'string' },
  },
});

const totals = {
  storms: 0,
  rosters: 0,
  sums: 0,
  refused: 0,
  unopened: 0,
  finished: 0,
  waiting: 0,
  tooFew: 0,
  kills: 0,
  coordinatorKills: 0,
  faults: 0,
};
const sizes = new Map<number, number>();
const began = performance.now();
const mostPartners = Number(values.partners);
rememberChecks();
const first = Number(values.only ?? values.seed);

for (let seed = first; totals.sums + totals.refused < Number(values.rounds); seed++) {
  const weather = weatherOf(seed, { mostPartners, rare: values.rare });
  const traces = await runChangingRosters(seed, weather, Number(values.rosters));
  totals.storms++;
  for (const trace of traces) tell(seed, trace);
  if (values.only !== undefined) break;
}

function tell(seed: number, trace: StormTrace): void {
  const { weather } = trace;
  const verdict = judge(trace);
  totals.rosters++;
  totals.sums += verdict.sums;
  totals.refused += verdict.refused;
  totals.unopened += verdict.unopened;
  totals.finished += verdict.finished ? 1 : 0;
  totals.waiting += verdict.waitsForTheGone ? 1 : 0;
  totals.tooFew += verdict.finished || verdict.waitsForTheGone ? 0 : 1;
  totals.kills += trace.kills.partners;
  totals.coordinatorKills += trace.kills.coordinator;
  totals.faults += verdict.faults.length;
  sizes.set(weather.partners, (sizes.get(weather.partners) ?? 0) + verdict.sums + verdict.refused);
  for (const fault of verdict.faults) process.stdout.write(`seed ${seed} (${weather.partners} partners): ${fault}\n`);
  if (values.only === undefined) return;
  process.stdout.write(
    `${JSON.stringify({ weather, verdict, kills: trace.kills, seconds: trace.seconds }, null, 1)}\n`,
  );
  for (const { message } of trace.log) {
    const more = message.type === 'SURVIVORS' ? ` ${message.body.step} ${message.body.list.length}` : '';
    process.stdout.write(`${message.round}.${message.attempt} ${message.from} ${message.type}${more}\n`);
  }
  for (const { id, alive, gone, state } of trace.partners) {
    process.stdout.write(`${id} alive ${alive} gone ${gone} ${state.standing} base ${state.base.rounds} `);
    process.stdout.write(
      `${JSON.stringify(state.attempt && [state.attempt.round, state.attempt.attempt, state.attempt.part.phase])}\n`,
    );
  }
}

const seconds = ((performance.now() - began) / 1000).toFixed(1);
const bySize = [...sizes].sort(([a], [b]) => a - b).map(([partners, rounds]) => `${partners}: ${rounds}`);
process.stdout.write(`${JSON.stringify({ ...totals, seconds })}\nrounds by partners: ${bySize.join(', ')}\n`);
process.exitCode = totals.faults > 0 ? 2 : 0;
