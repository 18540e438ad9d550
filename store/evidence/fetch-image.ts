/** An image with its media type. */
export interface Image {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/**
 * What an image could not be had for. `unfit`: the edge node answers, but with no image, or with one that is too large or
 * breaks off: that says nothing of its other images.
 */
export type NoImage = 'not-found' | 'unreachable' | 'unfit';

const timeoutMs = 10_000;
// Larger than any frame of a 20 megapixel camera, small enough not to exhaust memory.
const bytesAtMost = 128 * 1024 * 1024;
const shownTypes = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/bmp']);
// Of a proxy before an edge node that is away.
const awayStatuses = new Set([502, 503, 504]);

/** Fetches an image from the HTTP face of an edge node; `stop` ends it early, as unreachable. */
export async function fetchImage(
  url: string,
  stop?: AbortSignal,
  upTo: number = bytesAtMost,
): Promise<Image | NoImage> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(stop ? [stop] : [])]);
  const answer = await fetch(url, { signal }).catch(() => null); // an outcome: nobody answers
  if (answer === null) return 'unreachable';
  const why = whyNot(answer, upTo);
  if (why !== null) {
    await answer.body?.cancel().catch(() => undefined);
    return why;
  }
  try {
    const bytes = await readUpTo(answer.body, upTo);
    return bytes ? { mediaType: mediaTypeOf(answer), bytes } : 'unfit';
  } catch {
    return stop?.aborted ? 'unreachable' : 'unfit';
  }
}

/** Why an answer brings no image, as far as its head says. */
function whyNot(answer: Response, upTo: number): NoImage | null {
  if (awayStatuses.has(answer.status)) return 'unreachable';
  if (answer.status === 404) return 'not-found';
  const announced = Number(answer.headers.get('content-length') ?? 0);
  return answer.ok && shownTypes.has(mediaTypeOf(answer)) && announced <= upTo ? null : 'unfit';
}

function mediaTypeOf({ headers }: Response): string {
  return headers.get('content-type')?.split(';')[0]?.trim() ?? '';
}

/** What a server announces is its word alone, so the bytes are counted as they come; null where they are too many. */
async function readUpTo(body: Response['body'], most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // To leave the loop early ends the transfer.
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
