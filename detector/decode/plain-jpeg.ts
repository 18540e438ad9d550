/**
 * Channels of a JPEG whose head alone shows that its pixels need no guess: 8 bits, grey or three channels, and no EXIF that
 * could ask for a turn. null where anything is otherwise, or is not understood: then a decoder has to be asked.
 */
export function plainJpegChannels(bytes: Uint8Array): 1 | 3 | null {
  if (bytes[0] !== marked || bytes[1] !== startOfImage) return null;
  let channels: 1 | 3 | null = null;
  for (let at = 2; at + 9 < bytes.length; at += 2 + word(bytes, at + 2)) {
    const marker = bytes[at + 1];
    if (bytes[at] !== marked || marker === undefined || marker === exif || word(bytes, at + 2) < 2) return null;
    // An EXIF may stand after the size too, up to the pixels.
    if (marker === startOfScan) return channels;
    if (marker >= firstFrameHead && marker <= lastFrameHead) channels = channelsOf(bytes, at);
    else if (!passed.has(marker)) return null;
  }
  return null;
}

const marked = 0xff;
const startOfImage = 0xd8;
const startOfScan = 0xda;
/** EXIF and XMP. */
const exif = 0xe1;
/** Heads of a baseline, an extended and a progressive JPEG. */
const [firstFrameHead, lastFrameHead] = [0xc0, 0xc2];
/** What may stand before the head: tables of Huffman codes and quantization, restarts, application data, comments. */
const passed = new Set([0xc4, 0xdb, 0xdd, 0xfe, ...Array.from({ length: 16 }, (_, number) => 0xe0 + number)]);

function channelsOf(bytes: Uint8Array, at: number): 1 | 3 | null {
  const [bits, channels] = [bytes[at + 4], bytes[at + 9]];
  return bits === 8 && (channels === 1 || channels === 3) ? channels : null;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}
