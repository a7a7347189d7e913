/** By what a TLS certificate is recognised: its public key, which stays the same when the certificate is renewed. */
import { createHash, type X509Certificate } from 'node:crypto';

/** Hex SHA-256 of the certificate's SubjectPublicKeyInfo (RFC 7469, section 2.4). */
export const certificateFingerprint = ({ publicKey }: Pick<X509Certificate, 'publicKey'>): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
