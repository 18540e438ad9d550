import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultError } from '#host/fault.ts';
import { runProcess } from '#host/run-process.ts';
import { lockFolder } from '#line/lock-folder.ts';
import { startEmbeddedBroker } from '#line/plant/start-embedded-broker.ts';
import { startEmbeddedDatabase } from '#line/plant/start-embedded-database.ts';

const spec = {
  data: { type: 'string' },
  'mqtt-port': { type: 'string', default: '0' },
  'database-port': { type: 'string', default: '0' },
  'no-broker': { type: 'boolean', default: false },
  'no-database': { type: 'boolean', default: false },
} as const;

function readOptions() {
  try {
    const { values } = parseArgs({ options: spec });
    if (values.data !== undefined) return { ...values, data: values.data };
    throw new Error('--data DIR is missing');
  } catch (error) {
    throw new FaultError('COMMAND_INVALID', error instanceof Error ? error.message : String(error), {
      place: 'command line',
      wayOut:
        'Use: node line/plant/main.ts --data DIR [--no-broker] [--no-database] [--mqtt-port P] [--database-port P].',
    });
  }
}

// Broker and database of a line that has no real ones.
await runProcess('plant', async ({ log, stack, ready }) => {
  const options = readOptions();
  stack.use(lockFolder(options.data));
  const facts: Record<string, string> = {};
  if (!options['no-database']) {
    const dataDir = join(options.data, 'database');
    facts['databaseUrl'] = stack.use(
      await startEmbeddedDatabase({ dataDir, port: Number(options['database-port']) }),
    ).url;
  }
  if (!options['no-broker'])
    facts['mqttUrl'] = stack.use(await startEmbeddedBroker({ port: Number(options['mqtt-port']) })).url;
  log.info(facts, 'embedded services run');
  ready(facts);
});
