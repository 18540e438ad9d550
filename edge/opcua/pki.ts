import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { DiskTrust } from '#edge/opcua/disk-trust.ts';

/** Keys and certificates of one OPC UA application, all below one folder. */
export interface Pki {
  readonly manager: DiskTrust;
  readonly certificateFile: string;
  readonly applicationUri: string;
}

const validityDays = 5 * 365;

/**
 * Opens the certificate folder of an application and makes its key and self-signed certificate when they are missing.
 * Nothing is trusted on its own and nothing is kept elsewhere. Two openers of one folder share its key.
 */
export async function openPki(folder: string, applicationName: string, now: Date): Promise<Pki> {
  await mkdir(folder, { recursive: true });
  const manager = new DiskTrust(folder);
  await manager.initialize();
  const pki = {
    manager,
    certificateFile: certificateOf(folder),
    applicationUri: `urn:${hostname()}:${applicationName}`,
  };
  if (!existsSync(pki.certificateFile)) await renewCertificate(pki, applicationName, now);
  return pki;
}

/**
 * Makes a new self-signed certificate for the same key in place of the one that is there; the next connection shows it.
 * Never done on its own: whoever trusts the old one has to trust the new one first, else the line stops.
 */
export async function renewCertificate(pki: Pki, applicationName: string, now: Date): Promise<void> {
  // Under another name first: a second opener never reads half a certificate.
  const outputFile = `${pki.certificateFile}.${process.pid}-${threadId}.pem`;
  await pki.manager.createSelfSignedCertificate({
    applicationUri: pki.applicationUri,
    dns: [hostname(), 'localhost'],
    ip: ['127.0.0.1'],
    outputFile,
    subject: `/CN=${applicationName}/O=Hairline`,
    startDate: now,
    validity: validityDays,
  });
  await rename(outputFile, pki.certificateFile);
}

/** The certificate an application shows to its peers, PEM. */
export function certificateOf(folder: string): string {
  return join(folder, 'own', 'certs', 'certificate.pem');
}

/** Makes the owner of `folder` trust the owner of `peerFolder` from its next connection on. Both must have been opened once. */
export async function trustPeer(folder: string, peerFolder: string, peerName: string): Promise<void> {
  const trusted = join(folder, 'trusted', 'certs');
  await mkdir(trusted, { recursive: true });
  await copyFile(certificateOf(peerFolder), join(trusted, `${peerName}.pem`));
}
