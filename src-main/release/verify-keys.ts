/** The partner's own keys in an audit bundle: each that took the place of another was endorsed by it, or by the word of the others. */
import { encodeCanonical, fromBase64url, toBase64url } from '../federation/canonical.ts';
import { fingerprintOf, signatureHolds } from '../federation/identity.ts';
import { partnerOf, type SignedRoster } from '../federation/roster.ts';
import { must, same } from './bundle-wrong.ts';
import { type KeyInForce, keyAt } from './signing.ts';
import type { Checking } from './verify.ts';
import type { CheckedConsortium } from './verify-consortia.ts';
import type { CheckedLog } from './verify-log.ts';

/** @returns oldest first, each with when the next took its place @throws BUNDLE_WRONG */
export function checkKeys(
  { manifest, rows, open }: Checking,
  consortia: readonly CheckedConsortium[],
  log: CheckedLog,
): readonly KeyInForce[] {
  const keys = rows.keys.map(({ publicKey, replacedAt: until }) => ({ publicKey, until }));
  const named = keys.map(({ publicKey }) => toBase64url(publicKey)).toReversed();
  same('keys.json', 'other-key', manifest.partnerKeys.join(' '), named.join(' '));
  for (const [i, key] of keys.entries()) {
    const where = `keys.json ${fingerprintOf(key.publicKey).hex.slice(0, 12)}`;
    const next = keys[i + 1];
    must((key.until === null) === (next === undefined), where, 'key-chain', 'one key in use', String(key.until));
    if (next === undefined || key.until === null) continue;
    const after = next.until ?? manifest.madeAt;
    must(key.until <= after, `${where} replaced`, 'key-chain', `before ${after}`, key.until);
    const by = spokenFor(manifest.company.id, key.publicKey, next.publicKey, consortia);
    must(by !== undefined, where, 'key-chain', 'a roster in which it speaks for the next key', 'none');
    if (by === 'word') open('key-by-word', where);
  }
  agreesWithLog(keys, log);
  for (const { series, joinedAt, ownKey } of consortia) {
    const inForce = keyAt(keys, joinedAt);
    same(`consortia.json ${series} roster`, 'other-key', inForce ? toBase64url(inForce) : 'none', ownKey);
  }
  return keys;
}

/** By the old key's signature of a roster that names the new one, or by what all partners have signed of its loss. */
function spokenFor(
  self: string,
  old: Uint8Array,
  next: Uint8Array,
  consortia: readonly CheckedConsortium[],
): 'old-key' | 'word' | undefined {
  const naming = consortia.filter(({ ownKey }) => ownKey === toBase64url(next)).map(({ signed }) => signed);
  const endorsed = ({ roster, endorsements = {} }: SignedRoster): boolean => {
    const given = endorsements[self];
    return given !== undefined && signatureHolds('roster', encodeCanonical(roster), fromBase64url(given), old);
  };
  if (naming.some(endorsed)) return 'old-key';
  const succeeds = ({ roster: { lost, previous } }: SignedRoster): boolean =>
    lost?.[self] !== undefined &&
    consortia.some(
      ({ rosterHash, roster }) => rosterHash === previous && partnerOf(roster, self)?.key === toBase64url(old),
    );
  return naming.some(succeeds) ? 'word' : undefined;
}

/** Each replacement stands in the log, and the log knows of no other. */
function agreesWithLog(keys: readonly KeyInForce[], { replacements, first, lastAt, firstAt }: CheckedLog): void {
  const hexes = keys.map(({ publicKey }) => fingerprintOf(publicKey).hex);
  const links = hexes.slice(1).map((hex, i) => `${hexes[i]} ${hex}`);
  for (const { seq, before, key, at } of replacements) {
    const link = links.indexOf(`${before} ${key}`);
    must(link >= 0, `entry ${seq} of the log`, 'key-chain', 'a key of keys.json', key);
    const { until } = keys[link]!;
    must(until !== null && until <= at, `entry ${seq} of the log`, 'row-differs', `after ${until}`, at);
  }
  const within = (until: string) => (first === 1 || until >= firstAt) && until <= lastAt;
  for (const [i, link] of links.entries()) {
    const { until } = keys[i]!;
    if (until === null || !within(until)) continue;
    const logged = replacements.some(({ before, key }) => `${before} ${key}` === link);
    must(logged, `keys.json ${hexes[i + 1]!.slice(0, 12)} in the log`, 'entry-missing', 'key-replaced', 'none');
  }
}
