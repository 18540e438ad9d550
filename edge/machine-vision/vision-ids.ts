/** A recipe or a configuration as this server names it: by id, version and digest. */
export interface VisionId {
  readonly id: string;
  readonly version: string;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
}

/** A recipe that the edge node has loaded. */
export interface VisionRecipe extends VisionId {
  readonly description: string;
}

/** What the edge node was loaded with: the one configuration there is. Its digest is over all that decides about parts. */
export interface VisionConfiguration extends VisionId {
  readonly loadedAt: Date;
}

/** What the edge node runs by. */
export interface Loaded {
  readonly recipes: readonly VisionRecipe[];
  readonly configuration: VisionConfiguration;
}

export const noId: VisionId = { id: '', version: '', sha256: '' };

/** Whether what a client asks for names this one. An empty id names all; what the client leaves out is not compared. */
export function names(asked: VisionId, known: VisionId): boolean {
  if (asked.id === '') return true;
  if (asked.id !== known.id) return false;
  const sameVersion = asked.version === '' || asked.version === known.version;
  return sameVersion && (asked.sha256 === '' || asked.sha256 === known.sha256);
}
