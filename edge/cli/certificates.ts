import { listCertificates, moveCertificate, trustFile, type KeptCertificate } from '#edge/opcua/certificate-store.ts';
import { openPki, renewCertificate } from '#edge/opcua/pki.ts';
import { FaultError } from '#host/fault.ts';

/** `certificates`: what a PKI folder holds, a line a certificate. */
export async function certificates(pkiDir: string): Promise<string> {
  const lines: string[] = [];
  for (const state of ['own', 'trusted', 'rejected'] as const) {
    for (const kept of await listCertificates(pkiDir, state)) lines.push(`${state.padEnd(9)} ${describe(kept)}`);
  }
  return lines.join('\n');
}

/** `trust`: a certificate that was rejected, by its thumbprint, or that of a file. @throws FaultError CERTIFICATE_NOT_FOUND */
export async function trust(pkiDir: string, named: string): Promise<string> {
  const trusted = (await moveCertificate(pkiDir, named, 'trusted')) ?? (await trustFile(pkiDir, named));
  if (!trusted) throw notFound(pkiDir, named);
  return `trusted from the next connection on: ${describe(trusted)}`;
}

/** `reject`: a certificate that was trusted. @throws FaultError CERTIFICATE_NOT_FOUND */
export async function reject(pkiDir: string, thumbprint: string): Promise<string> {
  const rejected = await moveCertificate(pkiDir, thumbprint, 'rejected');
  if (!rejected) throw notFound(pkiDir, thumbprint);
  return `rejected from the next connection on: ${describe(rejected)}`;
}

/** `renew`: a new certificate of this edge node, for the same key. */
export async function renew(pkiDir: string): Promise<string> {
  const pki = await openPki(pkiDir, 'HairlineEdge', new Date());
  try {
    await renewCertificate(pki, 'HairlineEdge', new Date());
  } finally {
    await pki.manager.dispose();
  }
  const how = `Trust ${pki.certificateFile} at the station: it is shown from the next connection on.`;
  return `${await certificates(pkiDir)}\n${how}`;
}

function describe({ thumbprint, subject, validFrom, validTo }: KeptCertificate): string {
  return `${thumbprint}  ${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}  ${subject}`;
}

function notFound(pkiDir: string, named: string): FaultError {
  return new FaultError('CERTIFICATE_NOT_FOUND', `no certificate, or more than one, is meant by ${named}`, {
    place: pkiDir,
    wayOut:
      'List them with `npm run edge -- certificates`; name the first 8 digits of a thumbprint or more, or a file.',
  });
}
