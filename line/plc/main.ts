import { join } from 'node:path';
import { runProcess } from '#host/run-process.ts';
import { connectStation } from '#edge/opcua/connection.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { openJournal } from '#line/plc/journal.ts';
import { parsePlcCommand } from '#line/plc/plc-options.ts';
import { runPlc } from '#line/plc/run-plc.ts';

await runProcess('plc', async ({ log, stop, stack, ready }) => {
  const command = parsePlcCommand(process.argv.slice(2));
  prepareOpcua((text) => log.trace({ text }, 'node-opcua'));
  const address = { url: command.url, security: command.security, pkiDir: join(command.data, 'pki') };
  const connection = stack.use(
    await connectStation(address, (state) => {
      if (state.kind === 'disconnected') log.warn({ err: state.fault }, 'station not reachable');
      else log.info('station connected');
    }),
  );
  const note = openJournal(command.data);
  ready({});
  const settings = {
    intervalMs: command['interval-ms'],
    recipeId: command.recipe,
    challenges: !command['no-challenge'],
  };
  const moved: Parameters<typeof runPlc>[0]['moved'] = (move) => {
    note(move);
    process.send?.({ kind: 'moved', move });
    log.debug({ serial: move.part.serial, gate: move.gate, why: move.why }, 'part at the gate');
  };
  await runPlc({ connection, settings, cycleMs: command['cycle-ms'], moved, nowMs: () => performance.now() }, stop);
});
