/**
 * Rounds in bad weather: real partners and a real coordinator that are killed before and after they store, cut off,
 * late, doubled, paused and gone for good, all at random from one seed. Training is a number generator; vectors are small.
 */
import type { CoordinatorState } from '../../src-main/coordinator/round-state.ts';
import type { SealedMessage } from '../../src-main/federation/messages.ts';
import {
  beginSeries,
  decodePartnerState,
  encodePartnerState,
  isApplying,
  isFinished,
  isHalted,
  outstanding,
  type PartnerEffect,
  type PartnerInput,
  type PartnerState,
  type Surroundings,
  step,
} from '../../src-main/federation/partner.ts';
import { type Plan, vectorLength } from '../../src-main/federation/plan.ts';
import { valueBitsFor } from '../../src-main/federation/quantisation.ts';
import { countingRound, keptRowsOf } from '../../src-main/federation/rare-rows.ts';
import { beginGlobal, type GlobalState, trunkHash } from '../../src-main/federation/server-optimiser.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { chanceFrom } from './chance.ts';
import { type Consortium, makeConsortium, randomFrom } from './consortium.ts';
import { applyFetched, type FrozenWork, freezeChange, joined } from './pretended-work.ts';
import { openStormyCoordinator } from './storm-coordinator.ts';
import { openVirtualClock } from './virtual-clock.ts';
import type { Weather } from './weather.ts';

export type StormPartner = {
  readonly id: string;
  readonly around: Surroundings;
  state: PartnerState;
  alive: boolean;
  /** Dead for good, or left. */
  gone: boolean;
  /** Counts starts: what an earlier process had begun is nothing to a later one. */
  run: number;
  readonly frozen: Map<string, FrozenWork>;
  readonly globals: Map<number, GlobalState>;
  /** Rows that are not frozen, once they were counted. */
  kept: Uint32Array | null;
  queue: Extract<PartnerEffect, { kind: 'send' }>[];
  sending: boolean;
  underWay: Set<string>;
};

export type StormTrace = {
  readonly consortium: Consortium;
  readonly weather: Weather;
  readonly partners: readonly StormPartner[];
  readonly coordinator: () => CoordinatorState;
  /** The coordinator's log. */
  readonly log: readonly SealedMessage[];
  /** Every message that a partner's stored state or the coordinator's knows, sent or not. */
  readonly said: readonly SealedMessage[];
  readonly sums: readonly {
    readonly round: number;
    readonly attempt: number;
    readonly chunks: readonly Uint8Array[];
  }[];
  /** What honest machines refused: nothing should be here. */
  readonly refusals: readonly string[];
  readonly acknowledged: readonly string[];
  readonly kills: { readonly partners: number; readonly coordinator: number };
  /** Virtual seconds. */
  readonly seconds: number;
};

const deadlines = { gather: 40, keys: 40, shares: 40, upload: 120 };
const tensors = [{ name: 'trunk.0.weight', shape: [13], offset: 0 }];
const tensorsOfRows = [
  { name: 'trunk.0.weight', shape: [24, 2], offset: 0 },
  { name: 'trunk.0.bias', shape: [3], offset: 48 },
];
const consortia = new Map<string, Consortium>();

export type ChangedRoster = Pick<
  NonNullable<Parameters<typeof makeConsortium>[1]>,
  'places' | 'series' | 'continueFrom'
>;

const narrowEncoding = (partners: number): Plan['encoding'] => {
  const ringBits = partners <= 18 ? 8 : 12;
  return { ringBits, valueBits: valueBitsFor(ringBits, partners), scale: { first: 0.5, factor: 3, atLeast: 1e-6 } };
};

/** @param change such as another roster, for a series that goes on from another one */
export function consortiumOf(
  { partners, rounds, voiding, narrow, rare }: Weather,
  change: ChangedRoster = {},
): Consortium {
  const key = JSON.stringify([partners, rounds, voiding, narrow, rare, change]);
  const made =
    consortia.get(key) ??
    makeConsortium(partners, {
      ...{ rounds, deadlines, ...change },
      tensors: rare ? tensorsOfRows : tensors,
      ...(rare ? { rareRows: { compounds: 1, partners: 3 } } : {}),
      ...(voiding ? { voiding: { ...usualVoiding, seconds: 60 } } : {}),
      ...(narrow ? { encoding: narrowEncoding(partners) } : {}),
    });
  consortia.set(key, made);
  return made;
}

/** @param beginning the trunk that the series goes on from */
export async function runStorm(
  seed: number | string,
  weather: Weather,
  consortium = consortiumOf(weather),
  beginning: Float32Array = new Float32Array(vectorLength(consortium.plan)).fill(0.1),
): Promise<StormTrace> {
  const { plan, planHash, roster, keys, ids } = consortium;
  const chance = chanceFrom(`storm ${seed}`);
  const clock = openVirtualClock();
  let kills = 0;
  const said: SealedMessage[] = [];
  const refusals: string[] = [];
  const acknowledged: string[] = [];
  let calm = false;

  const partners = ids.map(
    (id): StormPartner => ({
      id,
      around: { plan, planHash, roster, keys: keys[id]!, random: randomFrom(`storm ${seed} ${id}`) },
      state: beginSeries(id, plan, planHash, trunkHash(beginning)),
      alive: false,
      gone: false,
      run: 0,
      frozen: new Map(),
      globals: new Map([[0, beginGlobal(beginning)]]),
      kept: null,
      queue: [],
      sending: false,
      underWay: new Set(),
    }),
  );

  const struck = (probability: number) => !calm && chance.happens(probability);
  const coordinator = openStormyCoordinator({ consortium, weather, chance, clock, struck, said, refusals });

  // The network

  /** Tried again until an answer comes; what `handle` gives undefined for was never answered. */
  function ask<Answer>(partner: StormPartner, handle: () => Answer | undefined, done: (answer: Answer) => void): void {
    const { run } = partner;
    let settled = false;
    const attempt = () => {
      if (settled) return;
      const arrives = () => {
        if (!coordinator.isAlive()) return;
        const answer = handle();
        if (answer === undefined || struck(weather.loss)) return;
        later(partner, chance.about(weather.delay), () => {
          if (settled || partner.run !== run) return; // the answer is to an earlier process
          settled = true;
          done(answer);
        });
      };
      if (!struck(weather.loss)) clock.after(chance.about(weather.delay), arrives);
      if (struck(weather.again)) clock.after(chance.about(weather.delay * 20), arrives);
      later(partner, 4 + chance.about(weather.delay * 4), attempt);
    };
    attempt();
  }

  // The partners

  const later = (partner: StormPartner, seconds: number, work: () => void) => {
    const { run } = partner;
    clock.after(seconds, () => (partner.alive && partner.run === run ? work() : undefined));
  };

  function start(partner: StormPartner): void {
    if (partner.alive || partner.gone) return;
    partner.alive = true;
    partner.run++;
    partner.state = decodePartnerState(encodePartnerState(partner.state));
    partner.queue = [];
    partner.sending = false;
    partner.underWay = new Set();
    const { run } = partner;
    for (const effect of outstanding(partner.state, partner.around)) carryOut(partner, effect);
    feed(partner, { kind: 'start' });
    if (partner.alive && partner.run === run) listen(partner);
  }

  function kill(partner: StormPartner): void {
    if (!partner.alive) return;
    partner.alive = false;
    kills++;
    if (struck(weather.goneForGood)) partner.gone = true;
    else clock.after(chance.about(weather.away), () => start(partner));
  }

  function feed(partner: StormPartner, input: PartnerInput): void {
    const { state, effects } = step(partner.state, input, partner.around);
    if (struck(weather.killAtStep / 2)) {
      kill(partner);
      return;
    }
    const before = new Set(partner.state.outbox.map(({ hash }) => hash));
    for (const { hash, text } of state.outbox) {
      const { message } = JSON.parse(text) as { message: SealedMessage['message'] };
      if (!before.has(hash)) said.push({ message, hash, bytes: new TextEncoder().encode(text) });
    }
    partner.state = state;
    if (struck(weather.killAtStep / 2)) kill(partner);
    const { run } = partner;
    for (const effect of effects) {
      if (partner.alive && partner.run === run) carryOut(partner, effect);
    }
  }

  function carryOut(partner: StormPartner, effect: PartnerEffect): void {
    switch (effect.kind) {
      case 'send':
        partner.queue.push(effect);
        pump(partner);
        return;
      case 'refuse':
        refusals.push(`${partner.id}: ${effect.from} ${effect.type} ${effect.reason}`);
        return;
      case 'paused':
        rest(partner);
        return;
      case 'train':
      case 'freeze':
      case 'await-approval':
      case 'upload':
      case 'apply-result':
      case 'undo-result':
        perform(partner, effect);
        return;
      default:
        return;
    }
  }

  function pump(partner: StormPartner): void {
    const [next] = partner.queue;
    if (partner.sending || next === undefined) return;
    partner.sending = true;
    ask(
      partner,
      () => coordinator.post(next),
      (answer) => {
        partner.sending = false;
        partner.queue = partner.queue.slice(1);
        if (answer === 'refused') return;
        acknowledged.push(next.hash);
        const { run } = partner;
        feed(partner, { kind: 'sent', hash: next.hash });
        if (partner.alive && partner.run === run) pump(partner);
      },
    );
  }

  /** The driver stops once the outbox is empty, and is started again later. */
  function rest(partner: StormPartner): void {
    if (partner.queue.length > 0) {
      later(partner, 1, () => rest(partner));
      return;
    }
    partner.alive = false;
    clock.after(chance.about(weather.away * 4), () => start(partner));
  }

  function listen(partner: StormPartner): void {
    if (isApplying(partner.state)) {
      later(partner, 1, () => listen(partner));
      return;
    }
    const { position } = partner.state;
    ask(
      partner,
      () => coordinator.entriesAfter(position),
      (found) => {
        const { run } = partner;
        for (const i of found.slice(0, 1 + chance.below(20))) {
          if (!partner.alive || partner.run !== run || isApplying(partner.state)) break;
          feed(partner, { kind: 'message', position: i + 1, bytes: coordinator.log[i]!.bytes });
        }
        if (partner.alive && partner.run === run) {
          later(partner, found.length > 0 ? 0 : chance.about(1.5), () => listen(partner));
        }
      },
    );
  }

  type Work = Extract<
    PartnerEffect,
    { kind: 'train' | 'freeze' | 'await-approval' | 'upload' | 'apply-result' | 'undo-result' }
  >;

  function perform(partner: StormPartner, effect: Work): void {
    const key = `${effect.kind} ${effect.round} ${effect.attempt}`;
    if (partner.underWay.has(key)) return;
    partner.underWay.add(key);
    const { round, attempt } = effect;
    const at = `${round}.${attempt}`;
    const answer = (input: PartnerInput) => {
      partner.underWay.delete(key);
      feed(partner, input);
    };
    const isAsked = () =>
      outstanding(partner.state, partner.around).some(
        (asked) => 'round' in asked && `${asked.kind} ${asked.round} ${asked.attempt}` === key,
      );
    switch (effect.kind) {
      case 'train':
        later(partner, chance.about(8), () =>
          answer({ kind: struck(weather.trainingFails) ? 'training-failed' : 'trained', round, attempt }),
        );
        break;
      case 'freeze':
        later(partner, chance.about(2), () => {
          if (!isAsked()) {
            partner.underWay.delete(key);
            return;
          }
          const work = partner.frozen.get(at) ?? freezeChange(partner.id, partner.state, partner.around, partner.kept);
          partner.frozen.set(at, work);
          // The package may lie in the vault while the state knows nothing of it.
          if (struck(weather.killAtStep)) kill(partner);
          else answer({ kind: 'frozen', round, attempt, frozen: work.frozen });
        });
        break;
      case 'await-approval': {
        const { packageHash, root } = effect.frozen;
        later(partner, chance.about(10), () =>
          answer(
            struck(weather.packageRefused)
              ? { kind: 'package-refused', round, attempt }
              : { kind: 'approved', packageHash, root },
          ),
        );
        break;
      }
      case 'upload': {
        const { manifest, frozen } = effect;
        if (struck(weather.withdrawn)) {
          later(partner, chance.about(3), () => answer({ kind: 'package-refused', round, attempt }));
          break;
        }
        ask(
          partner,
          () => coordinator.upload(partner.id, manifest, partner.frozen.get(at)!.chunks),
          (outcome) => {
            if (outcome === 'stored') answer({ kind: 'uploaded', root: frozen.root });
            else partner.underWay.delete(key);
          },
        );
        break;
      }
      case 'apply-result':
        ask(
          partner,
          () => coordinator.chunksOf(effect.result.chunks),
          (fetched) => {
            if (round === countingRound) {
              partner.kept = keptRowsOf(plan, joined(fetched));
              if (struck(weather.killAtStep)) kill(partner);
              else answer({ kind: 'counted', keptRows: partner.kept.length });
              return;
            }
            const applied = applyFetched(plan, partner.globals.get(round - 1)!, partner.kept, effect, fetched);
            partner.globals.set(round, applied.state);
            // The trunk may be stored while the state knows nothing of it.
            if (struck(weather.killAtStep)) kill(partner);
            else {
              const judgement = { fall: struck(weather.objects) ? 0.3 : null };
              answer({ kind: 'applied', round, trunkHash: applied.trunkHash, clips: applied.clips, judgement });
            }
          },
        );
        break;
      case 'undo-result':
        later(partner, chance.about(1), () => answer({ kind: 'undone', round, attempt }));
        break;
    }
  }

  // The weather

  function blow(): void {
    if (calm) return;
    const target = chance.one(partners);
    if (target.alive && target.state.standing === 'taking-part') {
      if (chance.happens(weather.leave)) {
        feed(target, { kind: 'leave' });
        target.gone = true;
        later(target, 10, () => {
          target.alive = false;
        });
      } else if (chance.happens(weather.pause)) feed(target, { kind: 'pause' });
      else kill(target);
    }
    clock.after(chance.about(weather.gust), blow);
  }

  function blowAtCoordinator(): void {
    if (calm) return;
    coordinator.kill();
    clock.after(chance.about(weather.coordinatorGust), blowAtCoordinator);
  }

  const available = () => partners.filter(({ gone }) => !gone);
  const hasEnded = ({ alive, state }: StormPartner) =>
    alive && (isFinished(state, plan) || isHalted(state, plan)) && state.outbox.length === 0;
  const isDone = () => coordinator.isAlive() && available().every(hasEnded);

  coordinator.start();
  for (const partner of partners) clock.after(chance.about(5), () => start(partner));
  clock.after(chance.about(weather.gust), blow);
  clock.after(chance.about(weather.coordinatorGust), blowAtCoordinator);
  clock.after(weather.lasts, () => {
    calm = true;
    coordinator.start();
    for (const partner of available()) start(partner);
  });
  const enough = () => available().length >= plan.minimumSurvivors;
  while (clock.seconds() < weather.lasts + (enough() ? 3000 : 600) && !isDone()) await clock.next();

  return {
    consortium,
    weather,
    partners,
    coordinator: coordinator.state,
    log: coordinator.log,
    said,
    sums: coordinator.sums,
    refusals,
    acknowledged,
    kills: { partners: kills, coordinator: coordinator.kills() },
    seconds: clock.seconds(),
  };
}
