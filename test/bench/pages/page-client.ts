import { Agent, get, type ClientRequest, type IncomingMessage } from 'node:http';
import type { InspectionCard, Overview } from '#hmi/server/api.schema.ts';
import { mostTelling } from '#hmi/web/picture/telling-view.ts';

/** What one page was told. */
export interface PageClient extends Disposable {
  /** How often each inspection came as an event, by id. */
  readonly told: ReadonlyMap<string, number>;
  /** Pictures that came, those that did not, and those that a later part replaced before they were asked for. */
  readonly pictures: { readonly came: number; readonly lost: number; readonly replaced: number };
  /** Breaks the connection of the event stream, as a network does; the page comes back by itself. */
  readonly drop: () => void;
}

/** Called for each event, with the instant since when its stream stood (ms of `performance.now`). */
export type OnEvent = (inspectionId: string, streamSince: number) => void;

const retryMs = 1000;
const healthMs = 3000;
const sessionMs = 60_000;
// A browser opens six connections to a server; one is the stream's.
const connections = 5;

/**
 * Does what the line page does, without drawing: overview, event stream with resume by Last-Event-ID, for each event the
 * frame and the golden sample that the page would show, health every three seconds. Resolves once the stream stands.
 */
export async function openPage(url: string, onEvent: OnEvent): Promise<PageClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const told = new Map<string, number>();
  const pictures = { came: 0, lost: 0, replaced: 0 };
  let wanted: { readonly path: string; readonly stationId: string }[] = [];
  let asking = 0;
  const kept = new Set<string>();
  let closed = false;
  let stream: ClientRequest | null = null;
  let lastId: string | null = null;
  const standing = Promise.withResolvers<void>();

  const askNext = (): void => {
    const next = asking < connections ? wanted.shift() : undefined;
    if (next === undefined || closed) return;
    asking += 1;
    void ask(agent, `${url}${next.path}`)
      .then(
        () => (pictures.came += 1),
        () => closed || (pictures.lost += 1),
      )
      .finally(() => {
        asking -= 1;
        askNext();
      });
    askNext();
  };
  /** The pictures of a station's latest part; those of the part before that wait yet are not drawn any more. */
  const show = (card: InspectionCard): void => {
    const { stationId } = card;
    const others = wanted.filter((picture) => picture.stationId !== stationId);
    pictures.replaced += wanted.length - others.length;
    wanted = others;
    const view = mostTelling(card.views);
    for (const sha256 of [view?.frameSha256, view?.goldenSha256]) {
      if (!sha256 || kept.has(sha256)) continue;
      kept.add(sha256);
      wanted.push({ path: `api/v1/evidence/${sha256}?station=${stationId}`, stationId });
    }
    askNext();
  };
  const take = (block: string, since: number): void => {
    const event = fieldOf(block, 'event');
    if (event === 'reload') {
      lastId = null;
      stream?.destroy();
    }
    if (event !== 'inspection') return;
    lastId = fieldOf(block, 'id');
    const card = JSON.parse(fieldOf(block, 'data') ?? '') as InspectionCard;
    onEvent(card.inspectionId, since);
    told.set(card.inspectionId, (told.get(card.inspectionId) ?? 0) + 1);
    show(card);
  };
  const listen = (cursor: string): void => {
    const headers = lastId === null ? {} : { 'last-event-id': lastId };
    const request = get(`${url}api/v1/live?after=${encodeURIComponent(cursor)}`, { headers, agent: false });
    stream = request;
    request.on('response', (answer) => {
      const since = performance.now();
      standing.resolve();
      readBlocks(answer, (block) => take(block, since));
    });
    request.on('error', () => undefined);
    request.on('close', () => {
      if (!closed) setTimeout(() => (lastId === null ? void start() : listen(cursor)), retryMs);
    });
  };
  const start = async (): Promise<void> => {
    if (closed) return;
    const overview = JSON.parse((await ask(agent, `${url}api/v1/overview`)).toString()) as Overview;
    listen(overview.cursor);
  };
  const every = (path: string, ms: number) =>
    setInterval(() => void ask(agent, `${url}${path}`).catch(() => undefined), ms);

  await ask(agent, `${url}api/v1/session`);
  const timers = [every('api/v1/health', healthMs), every('api/v1/session', sessionMs)];
  await start();
  await standing.promise;
  return {
    told,
    pictures,
    drop: () => stream?.destroy(),
    [Symbol.dispose]: () => {
      closed = true;
      timers.forEach(clearInterval);
      stream?.destroy();
      agent.destroy();
    },
  };
}

function fieldOf(block: string, name: string): string | null {
  const line = block.split('\n').find((one) => one.startsWith(`${name}: `));
  return line?.slice(name.length + 2) ?? null;
}

function readBlocks(answer: IncomingMessage, take: (block: string) => void): void {
  let rest = '';
  answer.setEncoding('utf8');
  answer.on('data', (chunk: string) => {
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    blocks.forEach(take);
  });
}

function ask(agent: Agent, url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(Buffer.concat(chunks)) : reject(new Error(`${answer.statusCode} ${url}`)),
      );
      answer.on('error', reject);
    });
    request.on('error', reject);
  });
}
