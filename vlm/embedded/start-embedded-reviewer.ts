import type { Log } from '#host/log.ts';
import { createFace } from '#vlm/embedded/create-face.ts';
import type { EngineAnswer } from '#vlm/embedded/engine-messages.ts';
import { keepEngine, type KeptEngine } from '#vlm/embedded/keep-engine.ts';
import { loadManifest } from '#vlm/embedded/load-manifest.ts';
import type { ReviewerManifest } from '#vlm/embedded/model-manifest.schema.ts';
import { warmUp } from '#vlm/embedded/warm-up.ts';

export interface EmbeddedReviewerOptions {
  readonly modelDir: string;
  /** On the loopback; 0: any free one. */
  readonly port: number;
  readonly threads: number;
  readonly log: Log;
  /** An engine that has not answered by then hangs (default 5000). */
  readonly answerWithinMs?: number;
  /** Hears of each answer of the engine. */
  readonly onAnswer?: (answer: EngineAnswer) => void;
}

export interface EmbeddedReviewer extends AsyncDisposable {
  /** For HAIRLINE_VLM_BASE_URL, together with HAIRLINE_VLM_PROFILE=embedded/qwen2.5. */
  readonly baseUrl: string;
  readonly manifest: ReviewerManifest;
  readonly engine: Pick<KeptEngine, 'pid'>;
}

/**
 * Starts engine and HTTP face, and asks one question before it says that it serves.
 * @throws FaultError ENGINE_UNAVAILABLE, MODEL_MISSING, MODEL_MANIFEST_INVALID, MODEL_DIGEST_MISMATCH
 */
export async function startEmbeddedReviewer(options: EmbeddedReviewerOptions): Promise<EmbeddedReviewer> {
  const { modelDir, threads, log, onAnswer, answerWithinMs = 5000 } = options;
  const { manifest } = await loadManifest(modelDir);
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await keepEngine({ modelDir, threads, answerWithinMs, log, onAnswer }));
  await warmUp(engine, manifest);
  const face = createFace(engine, manifest);
  stack.defer(() => face.close());
  const address = await face.listen({ host: '127.0.0.1', port: options.port });
  const open = stack.move();
  return { baseUrl: `${address}/v1`, manifest, engine, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
