import { createRequire } from 'node:module';

/** What we use of `@fugood/llama.node`; its own types are TypeScript sources that do not pass our checks. */
export interface LlamaContext {
  initMultimodal(options: {
    path: string;
    use_gpu: boolean;
    image_min_tokens: number;
    image_max_tokens: number;
  }): Promise<boolean>;
  completion(options: Readonly<Record<string, unknown>>): Promise<LlamaCompletion>;
  tokenize(text: string): Promise<{ readonly tokens: { readonly length: number } }>;
  stopCompletion(): void;
  release(): Promise<void>;
}

export interface LlamaCompletion {
  readonly text: string;
  readonly tokens_predicted: number;
  readonly interrupted: boolean;
  readonly stopped_limited?: boolean | number;
  readonly completion_probabilities?: readonly {
    readonly content: string;
    readonly probs: readonly { readonly tok_str: string; readonly prob: number }[];
  }[];
}

interface LlamaNode {
  loadModel(options: Readonly<Record<string, unknown>>): Promise<LlamaContext>;
}

/** Loads the native library. Throws where it has no binary for this machine, or the machine lacks what that needs. */
export function requireLlamaNode(): LlamaNode {
  return createRequire(import.meta.url)('@fugood/llama.node') as LlamaNode;
}
