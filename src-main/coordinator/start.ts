/** Starts a coordinator on a folder: inside the application for a pilot on one machine, or standing alone. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';
import { toBase64url } from '../federation/canonical.ts';
import type { SignedCharter } from '../federation/charter.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { type Plan, planHash, readPlan } from '../federation/plan.ts';
import { readCompleteRoster, type SignedRoster } from '../federation/roster.ts';
import type { TlsIdentity } from './certificate.ts';
import { openCharters } from './charters.ts';
import { openChunkFiles, removePartialChunks } from './chunk-files.ts';
import type { CoordinatorState } from './round-state.ts';
import { openSeriesEngine, type Retention } from './series-engine.ts';
import { createService } from './service.ts';
import { openSqliteStore } from './sqlite-store.ts';

export type CoordinatorOptions = {
  /** Of this coordinator alone; made when absent. The series in it goes on where it stood. */
  readonly folder: string;
  readonly roster: SignedRoster;
  readonly plan: Plan;
  /** The first of the series, for partners whose invitation comes without it. */
  readonly charter?: SignedCharter | undefined;
  /** Those that the plan names. */
  readonly key: SigningKeys;
  /** Without it, plain HTTP: on this machine alone, or behind a proxy that speaks TLS. */
  readonly tls?: TlsIdentity;
  readonly host?: string;
  /** 0 takes any free one. */
  readonly port?: number;
  readonly retention?: Retention;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Told of errors that no request is answered with. */
  readonly failed?: (error: unknown) => void;
};

export type Coordinator = {
  readonly url: string;
  readonly state: () => CoordinatorState;
  readonly close: () => Promise<void>;
};

/**
 * @throws ROSTER_INVALID, PLAN_INVALID (also when the plan names another coordinator's key, or the folder holds
 *   another series), CHARTER_INVALID for a charter of another one, and what the socket throws
 */
export async function startCoordinator({
  folder,
  roster: signed,
  plan: given,
  charter,
  key,
  tls,
  host = '127.0.0.1',
  port = 0,
  retention = { uploads: 1, sums: 50 },
  now = Date.now,
  failed = () => {},
}: CoordinatorOptions): Promise<Coordinator> {
  const { roster } = readCompleteRoster(signed);
  const plan = readPlan(given, roster);
  if (plan.coordinator !== toBase64url(key.publicKey))
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-coordinator' });
  const around = { plan, planHash: planHash(plan), roster, keys: key };

  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const messages = openSqliteStore(join(folder, 'coordinator.sqlite'));
  const chunks = openChunkFiles(join(folder, 'chunks'));
  try {
    await removePartialChunks(join(folder, 'chunks'));
    const charters = await openCharters(messages, around, charter);
    const engine = await openSeriesEngine({ around, messages, chunks, retention, now, failed });
    try {
      const service = createService({ around, engine, messages, chunks, charters, tls, now, failed });
      await service.listen({ host, port });
      const { port: bound } = service.server.address() as AddressInfo;
      return {
        url: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
        state: engine.state,
        async close() {
          await engine.close();
          await service.close();
          await messages.close();
        },
      };
    } catch (error) {
      await engine.close();
      throw error;
    }
  } catch (error) {
    await messages.close();
    throw error;
  }
}
