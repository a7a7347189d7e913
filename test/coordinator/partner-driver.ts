/** A partner as its driver runs it, over real HTTP: the state machine, its catalog, and the exchange. Training is a number generator. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { openExchange } from '../../src-main/exchange/client.ts';
import { chunkAt } from '../../src-main/federation/chunks.ts';
import {
  beginSeries,
  isApplying,
  outstanding,
  type PartnerEffect,
  type PartnerInput,
  type PartnerState,
  step,
  submissionOf,
} from '../../src-main/federation/partner.ts';
import { planHash, vectorLength } from '../../src-main/federation/plan.ts';
import { readPartnerState, storePartnerState, writeConsortium } from '../../src-main/federation/series.ts';
import { applySum, beginGlobal, type GlobalState, trunkHash } from '../../src-main/federation/server-optimiser.ts';
import { type PreparedUpload, prepareUpload } from '../../src-main/federation/upload.ts';
import type { Consortium } from '../federation/consortium.ts';
import { changeOf } from '../federation/simulation.ts';

export type DrivenPartner = {
  readonly id: string;
  readonly catalog: Catalog;
  readonly state: () => PartnerState;
  readonly global: () => GlobalState;
  /** What it encoded, packed, by round. */
  readonly encoded: ReadonlyMap<number, Uint8Array>;
  readonly sums: ReadonlyMap<number, Uint8Array>;
  readonly notices: readonly PartnerEffect[];
  /** Brings back what the vault of a real partner would hold after a restart. */
  readonly refreeze: (round: number) => void;
  /** Resolves when all rounds are done or participation rests. */
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type DriverOptions = {
  readonly folder: string;
  readonly url: string;
  /** Called before each effect. */
  readonly before?: (effect: PartnerEffect) => Promise<void> | void;
  /** Called when an effect is done, before the machine is told. */
  readonly after?: (effect: PartnerEffect) => void;
  /** Waits in milliseconds before a call is tried again. */
  readonly retryAfter?: readonly number[];
  /** Told of each chunk: before it is sent, and when it is acknowledged. */
  readonly chunk?: (at: 'sending' | 'acknowledged', hash: string, bytes: number) => void;
};

export function openCatalogIn(folder: string, id: string): Catalog {
  return openCatalog(join(folder, `${id}.sqlite`), Buffer.alloc(32, id));
}

export function drivePartner(
  consortium: Consortium,
  id: string,
  {
    folder,
    url,
    before,
    after,
    chunk: onChunk,
    retryAfter = [50, 100, 200, 400, 800, 1600, 3200, 6400],
  }: DriverOptions,
): DrivenPartner {
  const { plan, roster, signedRoster, keys } = consortium;
  const { series } = plan;
  const catalog = openCatalogIn(folder, id);
  const hash = planHash(plan);
  const coordinator = { url, key: consortium.coordinatorKeys.publicKey, certificate: null };
  writeConsortium(catalog, {
    series,
    name: roster.name,
    signedRoster,
    rosterHash: plan.rosterHash,
    plan,
    planHash: hash,
    coordinator,
    joinedAt: new Date().toISOString(),
  });
  const around = {
    plan,
    planHash: hash,
    roster,
    keys: keys[id]!,
    random: (count: number) => new Uint8Array(randomBytes(count)),
  };
  const approved = new Set<string>();
  const exchange = openExchange(
    { self: id, keys: keys[id]!, planHash: hash, rosterHash: plan.rosterHash, coordinator },
    catalog,
    { mayLeave: (_package, chunk) => approved.has(chunk), retryAfter },
  );
  const trunk = new Float32Array(vectorLength(plan)).fill(0.1);
  let global = beginGlobal(trunk);
  let state = readPartnerState(catalog, series) ?? beginSeries(id, plan, hash, trunkHash(trunk));
  /** The current one, and what the present round left over. */
  let residual: Float32Array | null = null;
  let leftOver: Float32Array | null = null;
  let ended = false;
  const stop = new AbortController();
  const encoded = new Map<number, Uint8Array>();
  const masked = new Map<number, Uint8Array>();
  const sums = new Map<number, Uint8Array>();
  const notices: PartnerEffect[] = [];

  async function feed(input: PartnerInput): Promise<void> {
    const { state: next, effects } = step(state, input, around);
    storePartnerState(catalog, series, next, input);
    state = next;
    for (const effect of effects) await work(effect);
  }

  async function work(effect: PartnerEffect): Promise<void> {
    await before?.(effect);
    if (stop.signal.aborted) return;
    const answer = await carryOut(effect);
    after?.(effect);
    if (answer !== undefined) await feed(answer);
  }

  function freeze(round: number): PreparedUpload {
    const prepared = prepareUpload(submissionOf(state, around), changeOf(id, round, vectorLength(plan)), residual);
    leftOver = prepared.residual;
    encoded.set(round, prepared.encoded);
    masked.set(round, prepared.masked);
    return prepared;
  }

  async function carryOut(effect: PartnerEffect): Promise<PartnerInput | undefined> {
    const { signal } = stop;
    switch (effect.kind) {
      case 'send': {
        const { text } = await exchange.postMessage(effect.text, signal);
        return { kind: 'sent', hash: effect.hash, receipt: text };
      }
      case 'train':
        return { kind: 'trained', round: effect.round, attempt: effect.attempt };
      case 'freeze': {
        const { chunkList, commitment } = freeze(effect.round);
        const { root, bytes, chunks } = chunkList;
        const frozen = { packageHash: root, root, bytes, chunks, commitment };
        return { kind: 'frozen', round: effect.round, attempt: effect.attempt, frozen };
      }
      case 'await-approval':
        for (const hash of effect.frozen.chunks) approved.add(hash);
        return { kind: 'approved', packageHash: effect.frozen.packageHash, root: effect.frozen.root };
      case 'upload': {
        const { manifest, frozen, round } = effect;
        for (const hash of await exchange.missingChunks(manifest, signal)) {
          const chunk = chunkAt(masked.get(round)!, frozen.chunks.indexOf(hash));
          onChunk?.('sending', hash, chunk.length);
          await exchange.putChunk({ manifest, hash, chunk, packageHash: frozen.packageHash }, signal);
          onChunk?.('acknowledged', hash, chunk.length);
        }
        return { kind: 'uploaded', root: frozen.root };
      }
      case 'apply-result': {
        const { result, clips, round } = effect;
        const chunks = await Promise.all(result.chunks.map((hash) => exchange.getChunk(hash, signal)));
        const sum = new Uint8Array(Buffer.concat(chunks));
        sums.set(round, sum);
        const applied = applySum(plan, global, sum, { clips, totalWeight: result.totalWeight });
        global = applied.state;
        if (result.survivors.includes(id)) residual = leftOver;
        return { kind: 'applied', round, trunkHash: applied.trunkHash, clips: applied.clips };
      }
      case 'finished':
      case 'paused':
        ended = true;
        notices.push(effect);
        return undefined;
      default:
        notices.push(effect);
        return undefined;
    }
  }

  return {
    id,
    catalog,
    state: () => state,
    global: () => global,
    encoded,
    sums,
    notices,
    refreeze(round) {
      for (const hash of freeze(round).chunkList.chunks) approved.add(hash);
    },
    async run() {
      for (const effect of outstanding(state, around)) await work(effect);
      await feed({ kind: 'start' });
      while (!ended && !stop.signal.aborted) {
        const entries = await exchange.messagesSince(state.position, 5, stop.signal);
        for (const entry of entries) {
          if (isApplying(state) || stop.signal.aborted) break;
          await feed({ kind: 'message', ...entry });
        }
      }
    },
    async close() {
      stop.abort();
      await exchange.close();
      catalog.close();
    },
  };
}
