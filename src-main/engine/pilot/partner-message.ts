/** What a pilot asks its partner processes, and what they answer. */
import type { ErrorCode } from '../../contract/errors.ts';
import type { Progress } from '../../contract/progress.ts';
import type { Person } from '../../contract/settings.ts';
import type { AloneSettings } from '../../contract/training.ts';
import type { Participation } from '../participation/participate.ts';
import type { PilotPeople } from './pilot-charter.ts';
import type { PilotPartnerSettings, PreparedPartner } from './pilot-partner.ts';

export type Asks = {
  readonly open: { readonly folder: string; readonly passphrase: string };
  readonly prepare: PilotPartnerSettings;
  readonly trainAlone: AloneSettings;
  readonly signRoster: { readonly roster: string };
  readonly signCharter: { readonly charter: string };
  readonly join: { readonly invitation: string; readonly people: PilotPeople; readonly lastRound: number };
  readonly takePart: { readonly series: string; readonly steward: Person };
};

export type Answers = {
  /** The workspace's key: the pilot reads every partner's escrow, to check the sums. */
  readonly open: Uint8Array;
  readonly prepare: PreparedPartner;
  readonly trainAlone: string;
  /** With this partner's signature. */
  readonly signRoster: string;
  /** With this partner's signature. */
  readonly signCharter: string;
  readonly join: null;
  readonly takePart: Participation;
};

export type Asked = { readonly id: number; readonly kind: keyof Asks; readonly ask: unknown };

export type FromPartner = { readonly id: number } & (
  | { readonly progress: Progress }
  | { readonly answer: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly data: unknown } }
);
