import { bitPlane, clearBox, countBits, erode3, type BitPlane } from '#detector/bit-plane.ts';
import type { Box } from '#detector/box.ts';
import type { Registration } from '#detector/detection.ts';
import { differenceBits } from '#detector/difference-bits.ts';
import { greyLevels, levelTable, type GreyLevels } from '#detector/grey-levels.ts';
import type { Image } from '#detector/image.ts';

/** A tested frame against its golden, both grey. Planes and template are used again by the next comparison. */
export interface Comparison {
  /** The golden as it would look under the tested frame: its place, its grey levels. */
  readonly template: Image;
  readonly registration: Registration;
  /** Pixels that differ by more than the level. */
  readonly differing: BitPlane;
  /** The cores of what differs: pixels whose whole 3 x 3 neighborhood does. Edges alone leave none. */
  readonly cores: BitPlane;
}

/** Compares frames of one station with their golden. */
export interface GoldenComparer {
  compare(tested: Image, golden: Image, dontCare: readonly Box[]): Comparison;
}

/** Share of the contrast of a frame by which a pixel must differ from its golden. */
const levelShare = 0.3;
const leastLevel = 10;
/** Grey levels of part and golden that agree this well are left as they are. */
const toneTolerance = 6;

interface Scratch {
  readonly differing: BitPlane;
  readonly cores: BitPlane;
  readonly toned: Uint8Array;
}

/** A comparer whose buffers are kept from frame to frame. */
export function createGoldenComparer(): GoldenComparer {
  let scratch: Scratch | null = null;
  const knownLevels = new WeakMap<Image, GreyLevels>();
  const levelsOf = (golden: Image): GreyLevels => {
    const known = knownLevels.get(golden) ?? greyLevels(golden);
    knownLevels.set(golden, known);
    return known;
  };
  return {
    compare(tested, golden, dontCare) {
      const { widthPx, heightPx } = tested;
      if (scratch?.differing.widthPx !== widthPx || scratch.differing.heightPx !== heightPx) {
        scratch = {
          differing: bitPlane(widthPx, heightPx),
          cores: bitPlane(widthPx, heightPx),
          toned: new Uint8Array(widthPx * heightPx),
        };
      }
      const levels = greyLevels(tested);
      const template = inTone(golden, levelTable(levelsOf(golden), levels, toneTolerance), scratch.toned);
      const level = differenceLevel(levels);
      differenceBits(tested.data, template.data, level, scratch.differing);
      for (const box of dontCare) clearBox(scratch.differing, box);
      erode3(scratch.differing, scratch.cores);
      const residual = countBits(scratch.cores) / (widthPx * heightPx);
      return {
        template,
        registration: { status: 'aligned', dxPx: 0, dyPx: 0, rotationDeg: 0, scale: 1, residual },
        differing: scratch.differing,
        cores: scratch.cores,
      };
    },
  };
}

function differenceLevel(levels: GreyLevels): number {
  return Math.min(127, Math.max(leastLevel, Math.round((levels.bright - levels.dark) * levelShare)));
}

function inTone(golden: Image, table: Uint8Array | null, target: Uint8Array): Image {
  if (table === null) return golden;
  const { data } = golden;
  for (let at = 0; at < data.length; at += 1) target[at] = table[data[at] ?? 0] ?? 0;
  return { ...golden, data: target };
}
