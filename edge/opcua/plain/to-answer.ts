import sharp from 'sharp';
import type { ViewLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import type { FrameAnswer } from '#edge/opcua/read-frames.ts';
import { isRaw, rawBytes, type RawFormat } from '#edge/pixels/pixel-format.ts';
import { unpackPixels, type RawImage } from '#edge/pixels/unpack-pixels.ts';
import type { Frame } from '#edge/frame.ts';
import type { Trigger } from '#edge/trigger.ts';

/** An image with what is known around it. */
export interface SeenImage {
  readonly epoch: string;
  readonly frameId: number;
  /** null: nobody can say which part it shows. */
  readonly trigger: Trigger | null;
  readonly viewCount: number;
  readonly image: unknown;
  /** As shown by the camera; null where it does not say. */
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly capturedAt: Date | null;
}

/** Makes a frame of an image; raw pixels become a lossless PNG. `malformed` where bytes and size do not agree. */
export async function toAnswer(view: ViewLayout, seen: SeenImage): Promise<FrameAnswer> {
  const { epoch, frameId, trigger, viewCount } = seen;
  const bytes = bytesOf(seen.image);
  const malformed = { kind: 'malformed', epoch, frameId } as const;
  if (trigger === null || bytes === null) return malformed;
  const picture = await pictureOf(view, seen, bytes);
  if (picture === null) return malformed;
  const capturedAt = seen.capturedAt?.toISOString() ?? trigger.triggeredAt;
  const { viewId, cameraId } = view;
  return { kind: 'frame', frame: { ...trigger, frameId, viewId, cameraId, viewCount, capturedAt, ...picture } };
}

type Picture = Pick<Frame, 'encoding' | 'widthPx' | 'heightPx' | 'bytes'>;

async function pictureOf(
  { format, significantBits }: ViewLayout,
  { widthPx, heightPx }: SeenImage,
  bytes: Uint8Array,
): Promise<Picture | null> {
  if (!isRaw(format)) {
    const size = widthPx !== null && heightPx !== null ? { widthPx, heightPx } : await sizeInHeader(bytes);
    return { encoding: format, bytes, ...size };
  }
  if (widthPx === null || heightPx === null || bytes.length !== rawBytes(format, widthPx, heightPx)) return null;
  const png = await encodeRaw({ format, widthPx, heightPx, significantBits, bytes });
  return { encoding: 'png', widthPx, heightPx, bytes: png };
}

/** No compression to speak of: the takt matters more than the disk. */
function encodeRaw(raw: RawImage & { readonly format: RawFormat }): Promise<Uint8Array> {
  const { data, widthPx: width, heightPx: height, channels } = unpackPixels(raw);
  return sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toBuffer();
}

/** 0 x 0 where no decoder reads the head: the frame is then found unreadable where it is inspected. */
async function sizeInHeader(bytes: Uint8Array): Promise<{ widthPx: number; heightPx: number }> {
  try {
    const { width, height } = await sharp(bytes).metadata();
    return { widthPx: width, heightPx: height };
  } catch {
    return { widthPx: 0, heightPx: 0 };
  }
}

/** No bytes at all are a frame like any other that no decoder reads. */
function bytesOf(image: unknown): Uint8Array | null {
  if (image === null || image === undefined) return new Uint8Array();
  if (image instanceof Uint16Array) return new Uint8Array(image.buffer, image.byteOffset, image.byteLength);
  return image instanceof Uint8Array ? image : null;
}
