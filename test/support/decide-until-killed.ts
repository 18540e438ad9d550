import { decideTrigger, openTestOutbox } from './edge-disk.ts';

// Decides one trigger after the other and tells each sequence once it is committed, until somebody kills it.
const outbox = openTestOutbox(process.argv[2] ?? '');
for (let triggerNo = 1; ; triggerNo += 1) {
  process.send?.(decideTrigger(outbox, triggerNo));
  await new Promise(setImmediate);
}
