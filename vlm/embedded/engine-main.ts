import { loadEngine, type Engine } from '#vlm/embedded/engine.ts';
import type { FromEngine, ToEngine } from '#vlm/embedded/engine-messages.ts';

// The engine's own process: what its native code does to it, it does to nobody else. The parent starts it anew.

let engine: Engine | null = null;
let under: number | null = null;

const tell = (message: FromEngine): void => void process.send?.(message);

process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToEngine) => void hear(message));

async function hear(message: ToEngine): Promise<void> {
  if (message.kind === 'stop') {
    if (under === message.number) engine?.stop();
    return;
  }
  const number = message.kind === 'ask' ? message.number : null;
  try {
    if (message.kind === 'load') {
      engine = await loadEngine(message.languageFile, message.visionFile, message.threads);
      tell({ kind: 'loaded' });
      return;
    }
    if (!engine) throw new Error('no model is loaded');
    under = message.number;
    const answer = await engine.ask(message.question);
    under = null;
    tell({ kind: 'answered', number: message.number, answer });
  } catch (error) {
    // After an error the library takes itself to be busy for ever.
    process.send?.({ kind: 'failed', number, detail: String(error) } satisfies FromEngine, () => process.exit(1));
  }
}
