import { basename, dirname } from 'node:path';
import { openPki, trustPeer } from '#edge/opcua/pki.ts';

/**
 * Lets a simulated station and the owners of these PKI folders trust each other, and makes the certificates that are
 * missing: a line that one command starts for somebody to look at has nobody who could compare thumbprints. A real
 * station and a real edge node trust nobody on their own.
 */
export async function trustPeers(pkiDir: string, applicationName: string, peerDirs: readonly string[]): Promise<void> {
  if (peerDirs.length === 0) return;
  const opened = [
    openPki(pkiDir, applicationName, new Date()),
    ...peerDirs.map((peerDir) => openPki(peerDir, 'HairlineEdge', new Date())),
  ];
  for (const { manager } of await Promise.all(opened)) await manager.dispose();
  for (const peerDir of peerDirs) {
    await trustPeer(pkiDir, peerDir, basename(dirname(peerDir)));
    await trustPeer(peerDir, pkiDir, applicationName);
  }
}
