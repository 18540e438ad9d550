import { existsSync, writeFileSync } from 'node:fs';
import type { FromEngine, ToEngine } from '#vlm/embedded/engine-messages.ts';

// An engine's process that calls itself busy for ever; from its second start on, the real one.
const seen = process.env['BUSY_ENGINE_SEEN'] ?? '';

if (existsSync(seen)) {
  await import('#vlm/embedded/engine-main.ts');
} else {
  writeFileSync(seen, '');
  const tell = (message: FromEngine): void => void process.send?.(message);
  process.on('disconnect', () => process.exit());
  process.on('message', (message: ToEngine) => {
    if (message.kind === 'load') tell({ kind: 'loaded' });
    if (message.kind === 'ask') {
      tell({ kind: 'failed', number: message.number, detail: 'Error: Another completion is in progress' });
    }
  });
}
