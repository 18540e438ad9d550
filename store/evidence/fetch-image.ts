/** An image with its media type. */
export interface Image {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const timeoutMs = 10_000;
// Larger than any frame of a 20 megapixel camera, small enough not to exhaust memory.
const bytesUpTo = 128 * 1024 * 1024;
const shownTypes = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/bmp']);

/** Fetches an image from the HTTP face of an edge node. What an edge node does not answer well is `unreachable`. */
export async function fetchImage(url: string): Promise<Image | 'not-found' | 'unreachable'> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status === 404) return 'not-found';
    const mediaType = answer.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    const announced = Number(answer.headers.get('content-length') ?? 0);
    if (!answer.ok || !shownTypes.has(mediaType) || announced > bytesUpTo) {
      await answer.body?.cancel();
      return 'unreachable';
    }
    return { mediaType, bytes: await answer.bytes() };
  } catch {
    return 'unreachable'; // an outcome: the caller says that the edge node does not answer
  }
}
