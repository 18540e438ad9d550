import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FaultError } from '#host/fault.ts';
import { thumbprintOf } from '#edge/opcua/certificate-store.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import type { Pki } from '#edge/opcua/pki.ts';
import { nameOf } from '#edge/opcua/station-user.ts';

/** What is wrong with the connection to a station, and the command that mends it. */
export function whyDisconnected(cause: unknown, address: StationAddress, pki: Pki): FaultError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const place = address.url;
  const own = address.security === 'None' ? null : new X509Certificate(readFileSync(pki.certificateFile));
  const { refused } = pki.manager;
  if (refused && refused.certificate.fingerprint !== own?.fingerprint) return refusedFault(refused, place, cause);
  if (own && (own.validToDate.getTime() <= Date.now() || why.includes('BadCertificateTimeInvalid'))) {
    return new FaultError(
      'STATION_CERTIFICATE_EXPIRED',
      `the certificate of this edge node holds from ${day(own.validFromDate)} to ${day(own.validToDate)}`,
      { place, wayOut: 'Run `npm run edge -- renew` and trust the new one at the station.', cause },
    );
  }
  if (own && /BadSecurityChecksFailed|BadCertificateUntrusted/.test(why)) {
    const thumbprint = thumbprintOf(own);
    return new FaultError('STATION_TRUST_REFUSED', 'the station does not trust this edge node', {
      place,
      wayOut: `At the station trust ${pki.certificateFile}; at a simulated one run \`npm run edge -- trust ${thumbprint} --pki DIR\`.`,
      cause,
    });
  }
  if (/BadUserAccessDenied|BadIdentityToken(Rejected|Invalid)|BadUserSignatureInvalid|user token policy/.test(why)) {
    return new FaultError('STATION_LOGIN_REFUSED', `the station does not let ${nameOf(address.user)} in`, {
      place,
      wayOut:
        'Correct HAIRLINE_OPCUA_USER and HAIRLINE_OPCUA_PASSWORD, or the files of the X.509 user, and start the edge node again.',
      cause,
    });
  }
  return new FaultError('STATION_UNREACHABLE', `the station does not answer: ${why}`, {
    place,
    wayOut: 'Start the station or correct HAIRLINE_OPCUA_URL; the edge node goes on trying.',
    cause,
  });
}

function refusedFault(
  { certificate, status }: NonNullable<Pki['manager']['refused']>,
  place: string,
  cause: unknown,
): FaultError {
  const thumbprint = thumbprintOf(certificate);
  if (status === 'BadCertificateTimeInvalid') {
    return new FaultError(
      'STATION_CERTIFICATE_EXPIRED',
      `the certificate ${thumbprint} of the station holds from ${day(certificate.validFromDate)} to ${day(certificate.validToDate)}`,
      {
        place,
        wayOut: 'Renew it at the station, then run `npm run edge -- trust` with the thumbprint of the new one.',
        cause,
      },
    );
  }
  return new FaultError(
    'STATION_UNTRUSTED',
    `nobody trusted the certificate ${thumbprint} of the station (${status})`,
    {
      place,
      wayOut: `Compare the thumbprint at the station, then run \`npm run edge -- trust ${thumbprint}\`.`,
      cause,
    },
  );
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
