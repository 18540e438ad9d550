import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess } from '#host/run-process.ts';
import { runTriggers } from '#line/station/run-triggers.ts';
import { startTestStation } from '../../support/station.ts';
import { benchParts } from './parts.ts';

// The station of the bench as its own process: `node test/bench/line/bench-station.ts FOLDER WIDTH HEIGHT PARTS`. Each
// part comes when the PLC asks for it.
await runProcess('station', async ({ stop, stack, ready }) => {
  const [folder = '', width = '', height = '', parts = ''] = process.argv.slice(2);
  const source = await benchParts(Number(width), Number(height));
  const station = stack.use(await startTestStation(folder, { withPlc: true }));
  ready({ opcuaUrl: station.url });
  await runTriggers(
    {
      station,
      source,
      intervalMs: null,
      parts: Number(parts),
      before: () => Promise.resolve(),
      triggered: () => undefined,
      standing: () => undefined,
    },
    stop,
  );
  while (station.ledger.open().length > 0) await sleep(20, undefined, { signal: stop });
});
