import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchImage } from '#store/evidence/fetch-image.ts';

let url: string;
let answer: (response: ServerResponse) => void;
let sent: number;
const server = createServer((_request, response) => answer(response));

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sent = 0;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const kibi = Buffer.alloc(1024);
const image = { 'content-type': 'image/png' };

/** Sends as long as anybody takes it, and announces no length. */
function sendForEver(response: ServerResponse): void {
  response.writeHead(200, image);
  const timer = setInterval(() => {
    sent += kibi.length;
    response.write(kibi);
  }, 1);
  response.on('close', () => clearInterval(timer));
}

describe('an image of an edge node', () => {
  it.each<[string, string, (response: ServerResponse) => void]>([
    ['that it has not', 'not-found', (response) => response.writeHead(404).end()],
    ['behind a proxy that does not reach it', 'unreachable', (response) => response.writeHead(502).end()],
    ['that it fails to read', 'unfit', (response) => response.writeHead(500).end()],
    [
      'that is no image',
      'unfit',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<script>'),
    ],
    [
      'that breaks off',
      'unfit',
      (response) => {
        response.writeHead(200, { ...image, 'content-length': 4096 });
        response.write(kibi, () => response.destroy());
      },
    ],
  ])('%s is %s', async (_name, why, gives) => {
    answer = gives;
    expect(await fetchImage(url)).toBe(why);
  });

  it('is read as it comes', async () => {
    answer = (response) => void response.writeHead(200, { 'content-type': 'image/jpeg' }).end(kibi);
    expect(await fetchImage(url)).toEqual({ mediaType: 'image/jpeg', bytes: kibi });
  });

  it('that never ends is let go of at the limit, whatever it announced', async () => {
    answer = sendForEver;
    expect(await fetchImage(url, undefined, 20 * kibi.length)).toBe('unfit');
    const atLimit = sent;
    await sleep(100);
    expect(sent - atLimit).toBeLessThan(50 * kibi.length);
  });

  it('is let go of when the process stops', async () => {
    answer = sendForEver;
    const stopper = new AbortController();
    const fetched = fetchImage(url, stopper.signal);
    setTimeout(() => stopper.abort(), 50);
    const beganMs = performance.now();
    expect(await fetched).toBe('unreachable');
    expect(performance.now() - beganMs).toBeLessThan(5000);
  });
});
