import { expect, it } from 'vitest';
import { createGiver } from '#edge/give-verdicts.ts';
import { createHealth } from '#edge/health.ts';
import type { ResultAnswer, StationLine } from '#edge/station-line.ts';
import { decideTrigger, openTestOutbox, scratchFolder, testTrigger } from '../support/edge-disk.ts';
import { silentLog } from '../support/silent-log.ts';

const refused = { kind: 'refused', why: 'another inspection decided it' } as const;

it.each([
  ['a refused verdict is a warning', [refused], 'warning'],
  ['verdicts that cannot be written are a fault', [null], 'fault'],
  ['a verdict refused after that leaves the fault', [null, refused], 'fault'],
  ['a fault after a refused verdict is a fault', [refused, null], 'fault'],
] as const)('%s', async (_, answers, state) => {
  using folder = scratchFolder();
  using outbox = openTestOutbox(folder.path);
  const health = createHealth();
  const left: (ResultAnswer | null)[] = [...answers];
  const line: StationLine = {
    openTriggers: () => Promise.resolve([]),
    write: () => {
      const answer = left.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new Error('no result nodes'));
    },
  };
  const tools = { line, outbox, log: silentLog, health, now: () => new Date(0) };
  const giver = createGiver(tools, new AbortController().signal);
  for (const triggerNo of answers.keys()) {
    const sequence = decideTrigger(outbox, triggerNo + 1);
    const { epoch, serial } = testTrigger(triggerNo + 1);
    const inspectionId = `id-${epoch}-${triggerNo + 1}`;
    const result = { sequence, epoch, triggerNo: triggerNo + 1, serial, inspectionId, verdict: 'pass' } as const;
    await giver.give(Promise.resolve(result));
  }
  expect(health.read().components['inspection']).toMatchObject({ state, stops: state === 'fault' });
});
