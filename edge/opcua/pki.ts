import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { OPCUACertificateManager } from 'node-opcua';

/** Keys and certificates of one OPC UA application, all below one folder. */
export interface Pki {
  readonly manager: OPCUACertificateManager;
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
  const manager = new OPCUACertificateManager({
    rootFolder: folder,
    automaticallyAcceptUnknownCertificate: false,
    disableFileWatchers: true,
  });
  await manager.initialize();
  const applicationUri = `urn:${hostname()}:${applicationName}`;
  const certificateFile = certificateOf(folder);
  if (!existsSync(certificateFile)) {
    // Under another name first: a second opener never reads half a certificate.
    const outputFile = `${certificateFile}.${process.pid}-${threadId}.pem`;
    await manager.createSelfSignedCertificate({
      applicationUri,
      dns: [hostname(), 'localhost'],
      ip: ['127.0.0.1'],
      outputFile,
      subject: `/CN=${applicationName}/O=Hairline`,
      startDate: now,
      validity: validityDays,
    });
    await rename(outputFile, certificateFile);
  }
  return { manager, certificateFile, applicationUri };
}

/** The certificate an application shows to its peers, PEM. */
export function certificateOf(folder: string): string {
  return join(folder, 'own', 'certs', 'certificate.pem');
}

/** Makes the owner of `folder` trust the owner of `peerFolder` from its next start on. Both must have been opened once. */
export async function trustPeer(folder: string, peerFolder: string, peerName: string): Promise<void> {
  const trusted = join(folder, 'trusted', 'certs');
  await mkdir(trusted, { recursive: true });
  await copyFile(certificateOf(peerFolder), join(trusted, `${peerName}.pem`));
}
