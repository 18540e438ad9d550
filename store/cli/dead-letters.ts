import type { Database } from '#store/database.ts';
import { openDeadLetters, retryDeadLetter } from '#store/retry-dead-letters.ts';

/** Lists the messages that were set aside; with `retry`, reads each again. 1 while some are left. */
export async function deadLetters(database: Database, retry: boolean): Promise<number> {
  let left = 0;
  for (const letter of await openDeadLetters(database)) {
    const became = retry ? await retryDeadLetter(database, letter) : 'unreadable';
    if (became === 'unreadable') left += 1;
    const { deadLetterId, receivedAt, topic, reason, payloadBytes } = letter;
    // A topic comes from outside; so may its letters.
    const place = JSON.stringify(topic);
    const detail = JSON.stringify(letter.detail.slice(0, 300));
    const outcome = retry ? ` -> ${became}` : '';
    process.stdout.write(
      `${deadLetterId} ${receivedAt} ${place} ${payloadBytes} bytes: ${reason} ${detail}${outcome}\n`,
    );
  }
  process.stderr.write(`${left} dead letters are open\n`);
  return left > 0 ? 1 : 0;
}
