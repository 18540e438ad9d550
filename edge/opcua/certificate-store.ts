import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { certificateOf } from '#edge/opcua/pki.ts';

/** A certificate in a PKI folder. */
export interface KeptCertificate {
  /** SHA-1 over the certificate as hex, which is how OPC UA names one. */
  readonly thumbprint: string;
  readonly subject: string;
  /** From and to, ISO 8601 UTC. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly file: string;
}

export type TrustState = 'own' | 'trusted' | 'rejected';

const folders: Readonly<Record<Exclude<TrustState, 'own'>, string>> = {
  trusted: join('trusted', 'certs'),
  rejected: 'rejected',
};

/** The certificates of a PKI folder; what is no certificate is passed over. */
export async function listCertificates(pkiDir: string, state: TrustState): Promise<readonly KeptCertificate[]> {
  if (state === 'own') return (await readCertificates([certificateOf(pkiDir)])).toSorted(byThumbprint);
  const folder = join(pkiDir, folders[state]);
  const names = await readdir(folder).catch(() => []);
  return (await readCertificates(names.map((name) => join(folder, name)))).toSorted(byThumbprint);
}

/**
 * Moves every copy of the certificate with this thumbprint, or its first 8 digits or more, between trusted and rejected. Whoever uses
 * the folder holds the next connection against it.
 * @returns the certificate, or null where none, or more than one certificate, has the thumbprint
 */
export async function moveCertificate(
  pkiDir: string,
  thumbprint: string,
  to: Exclude<TrustState, 'own'>,
): Promise<KeptCertificate | null> {
  const wanted = thumbprint.replaceAll(':', '').toLowerCase();
  const from = to === 'trusted' ? 'rejected' : 'trusted';
  const matching = (await listCertificates(pkiDir, from)).filter((kept) => kept.thumbprint.startsWith(wanted));
  const [found] = matching;
  if (!found || matching.some((kept) => kept.thumbprint !== found.thumbprint) || wanted.length < 8) return null;
  const folder = join(pkiDir, folders[to]);
  await mkdir(folder, { recursive: true });
  // It may lie there under several names, and each of them counts.
  for (const { file } of matching) await rename(file, join(folder, basename(file)));
  return { ...found, file: join(folder, basename(found.file)) };
}

/** Puts the certificate of a file, PEM or DER, among those trusted. */
export async function trustFile(pkiDir: string, path: string): Promise<KeptCertificate | null> {
  const [read] = await readCertificates([path]);
  if (!read) return null;
  const folder = join(pkiDir, folders.trusted);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${read.thumbprint}.pem`);
  await writeFile(file, new X509Certificate(await readFile(path)).toString());
  // One that was shown before lies among the rejected, and there it would count.
  await moveCertificate(pkiDir, read.thumbprint, 'trusted');
  return { ...read, file };
}

async function readCertificates(files: readonly string[]): Promise<readonly KeptCertificate[]> {
  const read = await Promise.all(files.map(readCertificate));
  return read.filter((kept) => kept !== null);
}

async function readCertificate(file: string): Promise<KeptCertificate | null> {
  try {
    return describeCertificate(new X509Certificate(await readFile(file)), file);
  } catch {
    // Another kind of file, or one that is just being moved.
    return null;
  }
}

/** What is told of a certificate. */
export function describeCertificate(certificate: X509Certificate, file: string): KeptCertificate {
  return {
    thumbprint: thumbprintOf(certificate),
    subject: certificate.subject.replaceAll('\n', ', '),
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    file,
  };
}

export function thumbprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint.replaceAll(':', '').toLowerCase();
}

function byThumbprint(a: KeptCertificate, b: KeptCertificate): number {
  return a.thumbprint.localeCompare(b.thumbprint);
}
