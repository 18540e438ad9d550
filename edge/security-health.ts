import { listCertificates, type KeptCertificate } from '#edge/opcua/certificate-store.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import type { ComponentHealth } from '#edge/health.ts';

const warnDays = 60;
const dayMs = 24 * 3600 * 1000;

/** How the channel to the station is secured, and how long its certificates, our own and those trusted, still hold. */
export async function securityHealth(
  { security, pkiDir }: Pick<StationAddress, 'security' | 'pkiDir'>,
  now: Date,
): Promise<Omit<ComponentHealth, 'stops' | 'code'>> {
  if (security === 'None') {
    const wayOut = 'Set HAIRLINE_OPCUA_SECURITY to Basic256Sha256, or leave it out.';
    return { state: 'warning', detail: 'the channel to the station is open: HAIRLINE_OPCUA_SECURITY is None', wayOut };
  }
  const own = await listCertificates(pkiDir, 'own');
  const [first] = [...own, ...(await listCertificates(pkiDir, 'trusted'))].toSorted(
    (a, b) => Date.parse(a.validTo) - Date.parse(b.validTo),
  );
  if (!first) return { state: 'ok', detail: `${security}, signed and encrypted`, wayOut: '' };
  const days = Math.floor((Date.parse(first.validTo) - now.getTime()) / dayMs);
  const until = first.validTo.slice(0, 10);
  if (days >= warnDays) {
    return { state: 'ok', detail: `${security}, signed and encrypted; certificates hold until ${until}`, wayOut: '' };
  }
  const whose = own.includes(first) ? 'of this edge node' : 'that is trusted';
  const detail = `the certificate ${first.thumbprint} ${whose} ${days < 0 ? 'ran' : 'runs'} out on ${until}`;
  return { state: days < 0 ? 'fault' : 'warning', detail, wayOut: wayOutOf(first, own) };
}

function wayOutOf(first: KeptCertificate, own: readonly KeptCertificate[]): string {
  return own.includes(first)
    ? 'Run `npm run edge -- renew` and trust the new one at the station.'
    : 'Renew it at the station and trust the new one; reject it here where it is not used any more.';
}
