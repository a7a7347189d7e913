/** What a pilot asks its partner processes, and what they answer. */
import type { ErrorCode } from '../../contract/errors.ts';
import type { Progress } from '../../contract/progress.ts';
import type { Person } from '../../contract/settings.ts';
import type { AloneSettings } from '../../contract/training.ts';
import type { SignedRoster } from '../../federation/roster.ts';
import type { Participation } from '../participation/participate.ts';
import type { Invitation, PilotPartnerSettings, PreparedPartner } from './pilot-partner.ts';

export type Asks = {
  readonly open: { readonly folder: string; readonly passphrase: string };
  readonly prepare: PilotPartnerSettings;
  readonly trainAlone: AloneSettings;
  readonly signRoster: { readonly id: string; readonly roster: SignedRoster };
  readonly join: { readonly invitation: Invitation; readonly officer: Person };
  readonly takePart: { readonly series: string };
};

export type Answers = {
  /** The workspace's key: the pilot reads every partner's escrow, to check the sums. */
  readonly open: Uint8Array;
  readonly prepare: PreparedPartner;
  readonly trainAlone: string;
  readonly signRoster: SignedRoster;
  readonly join: null;
  readonly takePart: Participation;
};

export type Asked = { readonly id: number; readonly kind: keyof Asks; readonly ask: unknown };

export type FromPartner = { readonly id: number } & (
  | { readonly progress: Progress }
  | { readonly answer: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly data: unknown } }
);
