import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketHandler, type PGLiteSocketHandlerOptions } from '@electric-sql/pglite-socket';
import { SessionQueue } from '#line/plant/session-queue.ts';

export interface EmbeddedDatabaseOptions {
  /** Folder of the database; null keeps it in memory. */
  readonly dataDir: string | null;
  /** 0 = any free one. */
  readonly port: number;
}

export interface EmbeddedService extends AsyncDisposable {
  readonly url: string;
}

/**
 * PostgreSQL as WebAssembly in this process, behind a socket on the loopback interface that speaks PostgreSQL's own
 * protocol: clients use `pg` and do not know. One session serves all connections in turn. The caller holds the folder.
 */
export async function startEmbeddedDatabase({ dataDir, port }: EmbeddedDatabaseOptions): Promise<EmbeddedService> {
  const database = await PGlite.create(dataDir === null ? {} : { dataDir: prepared(dataDir) });
  const queue = new SessionQueue(database);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The class of the queue is not exported and has private fields; the handler uses the four calls alone.
    const queryQueue = queue as unknown as PGLiteSocketHandlerOptions['queryQueue'];
    void new PGLiteSocketHandler({ queryQueue, closeOnDetach: true }).attach(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  return {
    url: `postgres://postgres@127.0.0.1:${given}/postgres`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

// A killed process leaves PostgreSQL's own lock file behind; whoever comes here holds the folder already.
function prepared(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
  return dataDir;
}
