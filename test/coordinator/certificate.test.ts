import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../src-main/coordinator/certificate.ts';

const now = new Date('2026-11-23T00:00:00Z');

describe('a certificate that the coordinator signs itself', () => {
  it('is taken by TLS whatever its length comes to', () => {
    // 48 bytes of DER fill a line of PEM: every remainder occurs.
    for (let length = 1; length <= 60; length++) {
      const { certificate: cert, key } = selfSigned(['n'.repeat(length)], now);
      expect(() => createSecureContext({ cert, key })).not.toThrow();
    }
  });

  it('names hosts and addresses, and nobody else vouches for it', () => {
    const own = new X509Certificate(selfSigned(['decima.example', '127.0.0.1', '2001:db8::7'], now).certificate);
    expect(own.subjectAltName).toBe('DNS:decima.example, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:7');
    expect(own.verify(own.publicKey)).toBe(true);
    expect(own.validToDate.getUTCFullYear()).toBe(2046);
  });
});
