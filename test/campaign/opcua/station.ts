import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runProcess } from '#host/run-process.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { createBadDay } from '#line/station/faults/bad-day.ts';
import { spoilSource } from '#line/station/faults/spoil-source.ts';
import { createGoldenWriter } from '#line/station/golden-writer.ts';
import { runTriggers } from '#line/station/run-triggers.ts';
import { startStation } from '#line/station/start-station.ts';
import { createDrawnSource } from './drawn-source.ts';

// The simulated station as in `npm start`, whose PLC asks for the parts, with parts that are cheap to draw.
await runProcess('station', async ({ log, stop, stack, ready }) => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '' },
      golden: { type: 'string', default: '' },
      parts: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
    },
  });
  prepareOpcua(() => undefined);
  const badDay = createBadDay();
  const source = spoilSource(createDrawnSource(Number(values.seed)), badDay);
  const goldens = createGoldenWriter(source, values.golden);
  const station = stack.use(
    await startStation({
      host: '127.0.0.1',
      port: 0,
      security: 'Basic256Sha256',
      applicationName: 'HairlineStation-campaign',
      dataDir: values.data,
      newEpoch: randomUUID,
      withPlc: true,
      badDay,
      ringFrames: 64,
      now: () => new Date(),
      failed: (error) => log.error({ err: error }, 'a result could not be written down'),
    }),
  );
  // The campaign says how far the line may go, so that a blow meets parts that are still to come.
  let shown = 0;
  let target = 0;
  process.on('message', (message: { readonly target: number }) => {
    target = message.target;
  });
  ready({ opcuaUrl: station.url });
  const run = {
    station,
    source,
    intervalMs: null,
    parts: Number(values.parts),
    before: async ({ productId }: { readonly productId: string }) => {
      await goldens.until(productId);
      shown += 1;
      // One ahead: the part before which it waits was drawn before the blow.
      while (shown > target) await sleep(10, undefined, { signal: stop });
    },
    triggered: () => undefined,
    standing: () => undefined,
  };
  await runTriggers(run, stop);
});
