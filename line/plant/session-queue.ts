import type { PGlite } from '@electric-sql/pglite';

/** First bytes of the wire protocol's messages that end a request (PostgreSQL documentation, 55.7). */
const endsRequest = new Set(['Q', 'S'].map((letter) => letter.charCodeAt(0)));
const goodbye = 'X'.charCodeAt(0);

interface Waiting {
  readonly handlerId: number;
  readonly message: Uint8Array;
  readonly onData: (data: Uint8Array) => void;
  readonly resolve: (bytes: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Shares the one session of PGlite between several connections. It stays with a connection until its request is over
 * (parse, bind, execute, sync belong together) and for the whole of a transaction; then the next one has its turn.
 *
 * Stands in for the queue of pglite-socket 0.2.17, which was seen to stop for ever after errors of two connections at
 * one time, and to mix the steps of two requests. Same calls as that queue.
 */
export class SessionQueue {
  readonly #database: PGlite;
  #waiting: Waiting[] = [];
  #busy = false;
  /** The connection that the session stays with; null between requests. */
  #holder: number | null = null;

  constructor(database: PGlite) {
    this.#database = database;
  }

  enqueue(handlerId: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#waiting.push({ handlerId, message, onData, resolve, reject });
    void this.#work();
    return promise;
  }

  getQueueLength(): number {
    return this.#waiting.length;
  }

  /** Forgets what a connection that has gone still wanted. */
  clearQueueForHandler(handlerId: number): void {
    const gone = this.#waiting.filter((waiting) => waiting.handlerId === handlerId);
    this.#waiting = this.#waiting.filter((waiting) => waiting.handlerId !== handlerId);
    for (const waiting of gone) waiting.reject(new Error('connection closed'));
  }

  /** Ends what a connection that has gone left open, and gives the session to the next. */
  async clearTransactionIfNeeded(handlerId: number): Promise<void> {
    if (this.#holder !== handlerId) return;
    await this.#database.runExclusive(async () => {
      // Its last request may have ended meanwhile, and the session may be with another.
      if (this.#holder !== handlerId) return;
      // A sync alone would commit half a request. After an error the backend ignores all but a sync, therefore both.
      for (const message of [rollback, sync, rollback]) await this.#database.execProtocolRaw(message);
      this.#holder = null;
    });
    await this.#work();
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#next(); next; next = this.#next()) await this.#run(next);
    this.#busy = false;
  }

  #next(): Waiting | undefined {
    const index = this.#holder === null ? 0 : this.#waiting.findIndex(({ handlerId }) => handlerId === this.#holder);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  async #run({ handlerId, message, onData, resolve, reject }: Waiting): Promise<void> {
    // A client says goodbye; the session is not its own, and stays.
    if (message[0] === goodbye) return resolve(0);
    this.#holder = handlerId;
    let bytes = 0;
    const onRawData = (data: Uint8Array): void => {
      bytes += data.length;
      onData(data);
    };
    try {
      await this.#database.runExclusive(() => this.#database.execProtocolRawStream(message, { onRawData }));
      resolve(bytes);
    } catch (error) {
      reject(error);
    }
    const over = endsRequest.has(message[0] ?? 0) || isStartup(message);
    if (over && !this.#database.isInTransaction()) this.#holder = null;
  }
}

// A start-up message has no letter; it begins with its length, which is below 2^24.
function isStartup(message: Uint8Array): boolean {
  return message[0] === 0;
}

const sync = Uint8Array.of('S'.charCodeAt(0), 0, 0, 0, 4);

const rollback = queryMessage('rollback');

function queryMessage(sql: string): Uint8Array {
  const text = Buffer.from(`${sql}\0`);
  const head = Buffer.alloc(5);
  head.write('Q');
  head.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}
