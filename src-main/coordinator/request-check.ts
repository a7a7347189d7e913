/** Whether a request was made by a partner of the roster, for this coordinator, now, and for the first time. */
import type { IncomingHttpHeaders } from 'node:http';
import { requestHeaders, requestSignatureHolds } from '../exchange/request-signature.ts';
import { fromBase64url } from '../federation/canonical.ts';
import { partnerOf, type Roster } from '../federation/roster.ts';

export type CheckedRequest =
  | { readonly ok: true; readonly partner: string; readonly body: string }
  | {
      readonly ok: false;
      readonly reason:
        | 'unsigned'
        | 'unknown-sender'
        | 'other-session'
        | 'other-time'
        | 'repeated'
        | 'signature-does-not-hold';
    };

export type RequestCheck = (
  request: { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders },
  now: number,
) => CheckedRequest;

/** A partner's clock may be wrong by so much. */
const timeAround = 15 * 60_000;

/** @param session new at each start, so that nonces of earlier lives need not be remembered */
export function createRequestCheck(roster: Roster, planHash: string, session: string): RequestCheck {
  const used = new Map<string, number>();

  function forgetBefore(time: number): void {
    for (const [nonce, at] of used) {
      if (at >= time) return; // in order of arrival
      used.delete(nonce);
    }
  }

  return ({ method, path, headers }, now) => {
    const parsed = requestHeaders.safeParse(headers);
    if (!parsed.success) return { ok: false, reason: 'unsigned' };
    const {
      'chorale-partner': partner,
      'chorale-body': body,
      'chorale-time': time,
      'chorale-nonce': nonce,
      'chorale-session': named,
      'chorale-signature': signature,
    } = parsed.data;
    const key = partnerOf(roster, partner)?.key;
    if (key === undefined) return { ok: false, reason: 'unknown-sender' };
    if (named !== session) return { ok: false, reason: 'other-session' };
    const terms = { partner, planHash, method, path, body, time, nonce, session };
    if (!requestSignatureHolds(terms, signature, fromBase64url(key)))
      return { ok: false, reason: 'signature-does-not-hold' };
    if (Math.abs(Date.parse(time) - now) > timeAround) return { ok: false, reason: 'other-time' };
    forgetBefore(now - 2 * timeAround);
    if (used.has(nonce)) return { ok: false, reason: 'repeated' };
    used.set(nonce, now);
    return { ok: true, partner, body };
  };
}
