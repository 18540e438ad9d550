/** A decoded image: rows of 8-bit samples, channels interleaved, no padding between rows. */
export interface Image {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 1 = grey, 3 = red, green, blue. */
  readonly channels: 1 | 3;
  /** widthPx * heightPx * channels bytes. */
  readonly data: Uint8Array;
}
