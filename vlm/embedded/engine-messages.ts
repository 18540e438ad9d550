/** One image to be judged, as the engine's process gets it. */
export interface EngineQuestion {
  /** Text up to the image, and from it on. */
  readonly before: string;
  readonly after: string;
  /** PNG or JPEG as a data URL; sides are multiples of 28. */
  readonly imageUrl: string;
  /** The answer is held to it while it is written. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly mostTokens: number;
  readonly alternatives: number;
}

/** One token as it was written; the alternatives are chances, 0..1, before one was chosen. */
export interface EngineToken {
  readonly text: string;
  readonly alternatives: readonly { readonly text: string; readonly chance: number }[];
}

export interface EngineAnswer {
  readonly text: string;
  readonly tokens: readonly EngineToken[];
  /** `length`: cut off; `stopped`: ended on demand. */
  readonly ended: 'stop' | 'length' | 'stopped';
  /** Tokens of the texts around the image. */
  readonly textTokens: number;
  /** Time of processor, which is the same on a busy machine. */
  readonly cpuMs: number;
}

/** To the engine's process. */
export type ToEngine =
  | { readonly kind: 'load'; readonly languageFile: string; readonly visionFile: string; readonly threads: number }
  | { readonly kind: 'ask'; readonly number: number; readonly question: EngineQuestion }
  | { readonly kind: 'stop'; readonly number: number };

/** From it. After `failed` with a number null it ends. */
export type FromEngine =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'answered'; readonly number: number; readonly answer: EngineAnswer }
  | { readonly kind: 'failed'; readonly number: number | null; readonly detail: string };
