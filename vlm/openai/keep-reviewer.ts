import { setTimeout as sleep } from 'node:timers/promises';
import { unasked } from '#vlm/openai/ask-once.ts';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import type { ReviewerHealth, ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { shakeHands, type Handshake } from '#vlm/openai/shake-hands.ts';
import type { AskReviewer } from '#vlm/question.ts';

/** A reviewer that is asked about parts only once its server has shaken hands. */
export interface KeptReviewer extends Disposable {
  /** Until the handshake holds every question ends at once as `unavailable(handshake)`. */
  readonly ask: AskReviewer;
  /** Health once the handshake holds; before that the last refusal, null where none was heard yet. */
  readonly standing: () =>
    | { readonly holds: true; readonly health: ReviewerHealth }
    | { readonly holds: false; readonly refusal: Refusal | null };
  /** Settled when the first handshake is over, however it ended. */
  readonly first: Promise<void>;
}

type Refusal = Extract<Handshake, { holds: false }>;

/** How a handshake is tried. */
export interface KeepingOptions {
  /** Pause before a refused handshake is tried again. */
  readonly againMs: number;
  /** Time for one handshake: a server that just started may need long for its first answer. */
  readonly withinMs: number;
  /** Hears of each handshake. */
  readonly onShaken: (shaken: Handshake) => void;
}

/** Shakes hands with the server of a reviewer, again and again until it holds; nothing waits for it. */
export function keepReviewer(options: ReviewerOptions, { againMs, withinMs, onShaken }: KeepingOptions): KeptReviewer {
  const reviewer = createReviewer(options);
  const stop = new AbortController();
  const state: { shaken: Handshake | null } = { shaken: null };
  const shake = async (): Promise<boolean> => {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(withinMs)]);
    state.shaken = await shakeHands(options, signal).catch(unexpected);
    if (!stop.signal.aborted) onShaken(state.shaken);
    return state.shaken.holds;
  };
  const goOn = async (held: boolean): Promise<void> => {
    if (held || !(await sleep(againMs, true, { signal: stop.signal, ref: false }).catch(() => false))) return;
    await goOn(await shake());
  };
  const first = shake();
  void first.then(goOn);
  return {
    ask: (question, signal) => {
      const { shaken } = state;
      if (shaken?.holds) return reviewer.ask(question, signal);
      const detail = shaken ? `${shaken.step}: ${shaken.detail}` : 'the handshake is under way';
      return Promise.resolve(unasked(question.id, 'handshake', detail));
    },
    standing: () =>
      state.shaken?.holds ? { holds: true, health: reviewer.health() } : { holds: false, refusal: state.shaken },
    first: first.then(() => undefined),
    [Symbol.dispose]: () => stop.abort(),
  };
}

/** A fault of our own must not end the line either. */
function unexpected(error: unknown): Handshake {
  const detail = error instanceof Error ? error.message : String(error);
  return { holds: false, step: 'golden', detail, wayOut: 'Report this: the handshake itself failed.' };
}
