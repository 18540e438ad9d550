import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FaultError } from '#host/fault.ts';

/**
 * Holds a folder for this process alone. The lock is SQLite's own file lock: the system lets go of it with the
 * process, however that ends, so a killed line leaves nothing to clean up.
 * @throws FaultError DATA_DIR_LOCKED while another process holds it.
 */
export function lockFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'line.lock'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
  } catch (cause) {
    database.close();
    throw new FaultError('DATA_DIR_LOCKED', 'another line runs on this data folder', {
      place: folder,
      wayOut: 'Stop it first, or set HAIRLINE_DATA_DIR to another folder.',
      cause,
    });
  }
  return { [Symbol.dispose]: () => database.close() };
}
