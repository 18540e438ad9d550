import { X509Certificate } from 'node:crypto';
import { OPCUACertificateManager } from 'node-opcua';

/** A certificate that was shown and not accepted. */
export interface RefusedCertificate {
  readonly certificate: X509Certificate;
  /** Name of the OPC UA status, e.g. `BadCertificateUntrusted`. */
  readonly status: string;
}

/**
 * Trust as it stands on disk at the moment a certificate is shown, so that another process can change it: the manager of
 * node-opcua reads its folders once. Nothing is trusted on its own.
 */
export class DiskTrust extends OPCUACertificateManager {
  /** The last certificate that was not accepted; null once another one was. */
  refused: RefusedCertificate | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(rootFolder: string) {
    super({ rootFolder, automaticallyAcceptUnknownCertificate: false, disableFileWatchers: true });
  }

  override verifyCertificateAsync(
    ...[shown, options]: Parameters<OPCUACertificateManager['verifyCertificateAsync']>
  ): ReturnType<OPCUACertificateManager['verifyCertificateAsync']> {
    // One after the other: while the folders are read again the manager knows nobody.
    const verified = this.#last.then(async () => {
      await this.reloadCertificates();
      const status = await super.verifyCertificateAsync(shown, options);
      const [leaf] = Array.isArray(shown) ? shown : [shown];
      this.refused = status === 'Good' || !leaf ? null : { certificate: new X509Certificate(leaf), status };
      return status;
    });
    this.#last = verified.catch(() => undefined);
    return verified;
  }
}
