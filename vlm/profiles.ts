/** Which server speaks: what it calls its sampling fields. */
export type Dialect = 'vllm' | 'llama-server' | 'embedded';

/** How a model family counts pixels. Sides of images are multiples of `factor`, one image token a square of it. */
export interface Coordinates {
  readonly factor: 28 | 32;
  /** null: boxes are pixels of the image as sent; else they run from 0 to this over each side. */
  readonly extent: number | null;
}

/** How to talk to a reviewer. Nothing in it decides about a part. */
export interface Profile {
  readonly id: string;
  readonly dialect: Dialect;
  readonly coordinates: Coordinates;
  /** How a question is drawn: as it looks, golden sample to the right; or in channels, for a model too small for that. */
  readonly drawing: 'panels' | 'channels';
  /** Image tokens a question may cost. */
  readonly imageTokens: number;
  readonly maxCompletionTokens: number;
  /** Questions under way at once, and waiting beyond them. */
  readonly atOnce: number;
  readonly waiting: number;
}

const qwen25: Coordinates = { factor: 28, extent: null };
const qwen3: Coordinates = { factor: 32, extent: 1000 };
const server = { drawing: 'panels', imageTokens: 1024, maxCompletionTokens: 320, atOnce: 8, waiting: 32 } as const;

/** Profiles by their id, `dialect/coordinates`, the values of HAIRLINE_VLM_PROFILE. */
export const profiles = {
  'vllm/qwen2.5': { id: 'vllm/qwen2.5', dialect: 'vllm', coordinates: qwen25, ...server },
  'vllm/qwen3': { id: 'vllm/qwen3', dialect: 'vllm', coordinates: qwen3, ...server },
  'llama-server/qwen2.5': { id: 'llama-server/qwen2.5', dialect: 'llama-server', coordinates: qwen25, ...server },
  'embedded/qwen2.5': {
    id: 'embedded/qwen2.5',
    dialect: 'embedded',
    coordinates: qwen25,
    drawing: 'channels',
    imageTokens: 16,
    maxCompletionTokens: 64,
    atOnce: 1,
    waiting: 16,
  },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileId = keyof typeof profiles;
