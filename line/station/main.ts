import { randomUUID } from 'node:crypto';
import { on } from 'node:events';
import { runProcess } from '#host/run-process.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { createBadDay } from '#line/station/faults/bad-day.ts';
import { spoilSource } from '#line/station/faults/spoil-source.ts';
import { createGoldenWriter } from '#line/station/golden-writer.ts';
import { openPartSource } from '#line/station/open-part-source.ts';
import type { ShownPart } from '#line/part-source.ts';
import { runTriggers } from '#line/station/run-triggers.ts';
import { stationPki } from '#line/station/serve-station.ts';
import { startStation } from '#line/station/start-station.ts';
import { trustPeers } from '#line/station/trust-peers.ts';
import { parseStationCommand } from '#line/station/station-options.ts';

await runProcess('station', async ({ log, stop, stack, ready }) => {
  const command = parseStationCommand(process.argv.slice(2));
  prepareOpcua((text) => log.debug({ text }, 'node-opcua'));
  const badDay = createBadDay();
  const source = spoilSource(await openPartSource(command), badDay);
  const goldens = command.golden === undefined ? null : createGoldenWriter(source, command.golden);

  const applicationName = `HairlineStation-${command.station}`;
  await trustPeers(stationPki(command.data), applicationName, command.peers);
  const station = stack.use(
    await startStation({
      host: command.host,
      port: command.port,
      security: command.security,
      applicationName,
      dataDir: command.data,
      newEpoch: randomUUID,
      badDay,
      ringFrames: command['ring-frames'],
      now: () => new Date(),
      withPlc: command.plc,
      failed: (error) => log.error({ err: error }, 'a result could not be written down'),
    }),
  );
  const startedAfter = command.after ?? station.ledger.lastTriggerNo();
  const tellProgress = (): void =>
    void process.send?.({ kind: 'progress', ...station.ledger.countsAfter(startedAfter) });
  station.onDecided(tellProgress);
  const allowed = command['wait-for-run'] ? untilRun(stop) : Promise.resolve();
  ready({ opcuaUrl: station.url, startedAfter });

  const run = {
    station,
    source,
    intervalMs: command.plc ? null : command['interval-ms'],
    parts: (command.parts ?? Infinity) - station.ledger.countsAfter(startedAfter).triggered,
    before: async ({ productId }: ShownPart) => goldens?.until(productId),
    triggered: tellProgress,
    standing: (triggerNo: number) => log.warn({ triggerNo }, 'the line stands still: frames wait for their results'),
  };
  // A source that fails ends the process with its fault, as any start does.
  await allowed;
  await runTriggers(run, stop);
  // Tells a parent that waits for more parts than there are.
  process.send?.({ kind: 'shown-all' });
});

async function untilRun(stop: AbortSignal): Promise<void> {
  for await (const [message] of on(process, 'message', { signal: stop })) {
    if ((message as { kind?: unknown }).kind === 'run') return;
  }
}
