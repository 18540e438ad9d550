import { bitPlane, clearBox, countBits, erode2, type BitPlane } from '#detector/bit-plane.ts';
import type { Box } from '#detector/box.ts';
import type { Registration } from '#detector/detection.ts';
import { differenceBits } from '#detector/difference-bits.ts';
import { toGrey } from '#detector/frame-planes.ts';
import { edgeCells } from '#detector/edge-cells.ts';
import { differenceRegions, type DifferenceRegions } from '#detector/difference-regions.ts';
import { createSeamTest } from '#detector/local-shift.ts';
import { differenceLevel, greyLevels, levelTable, type GreyLevels } from '#detector/grey-levels.ts';
import type { Image } from '#detector/image.ts';
import { judgeFit, registrationLimits } from '#detector/registration-limits.ts';
import { identity } from '#detector/similarity.ts';
import type { OpenCv } from '#detector/template/open-cv.ts';
import { register, warpGolden, type Fit } from '#detector/template/register.ts';

/** A grey tested frame against its golden. Planes and template are used again by the next comparison. */
export interface Comparison {
  /** The golden as it would look under the tested frame: its place, its grey levels. */
  readonly template: Image;
  readonly registration: Registration;
  /** Boxes around what differs by more than a seam, frame px. */
  readonly regions: readonly Box[];
  /** Pixels that differ by more than the level. */
  readonly differing: BitPlane;
  /** The cores of what differs: pixels that differ in a square of 2 x 2. */
  readonly cores: BitPlane;
}

/** Compares frames of one station with their golden. */
export interface GoldenComparer {
  /** null where the golden has another size: it shows another view. */
  compare(tested: Image, golden: Image, dontCare: readonly Box[]): Comparison | null;
}

/** Grey levels of part and golden that agree this well are left as they are. */
const toneTolerance = 6;

interface Scratch {
  readonly differing: BitPlane;
  readonly cores: BitPlane;
  readonly toned: Uint8Array;
  readonly warped: Uint8Array;
}

interface GoldenFacts {
  readonly grey: Image;
  readonly levels: GreyLevels;
  /** Squares of the golden that hold an edge. */
  readonly edgeCells: number;
}

/** One way of laying the golden under the part, and what differs then. */
interface Trial {
  readonly template: Image;
  readonly fit: Fit;
  readonly corePx: number;
  readonly found: DifferenceRegions;
}

/** A comparer whose buffers, and whose knowledge of a golden, are kept from frame to frame. */
export function createGoldenComparer(cv: OpenCv): GoldenComparer {
  let scratch: Scratch | null = null;
  const isSeam = createSeamTest();
  const known = new WeakMap<Image, GoldenFacts>();
  const factsOf = (golden: Image): GoldenFacts => {
    const facts = known.get(golden) ?? goldenFacts(golden);
    known.set(golden, facts);
    return facts;
  };
  return {
    compare(tested, golden, dontCare) {
      if (golden.widthPx !== tested.widthPx || golden.heightPx !== tested.heightPx) return null;
      scratch = scratchFor(scratch, tested);
      const { differing, cores } = scratch;
      const facts = factsOf(golden);
      const levels = greyLevels(tested);
      const level = differenceLevel(levels);
      const mostStrays = Math.max(registrationLimits.strayCells, registrationLimits.strayShare * facts.edgeCells);
      const lay = (template: Image, fit: Fit): Trial => {
        differenceBits(tested.data, template.data, level, differing);
        for (const box of dontCare) clearBox(differing, box);
        erode2(differing, cores);
        const found = differenceRegions(cores, mostStrays, (cell) => isSeam({ tested, template, level, cores }, cell));
        return { template, fit, corePx: countBits(cores), found };
      };
      const tell = ({ template, fit, corePx, found }: Trial): Comparison => {
        const residual = corePx / (tested.widthPx * tested.heightPx);
        return { template, registration: judgeFit(fit, tested, residual), regions: found.regions, differing, cores };
      };
      const toned = inTone(facts.grey, levelTable(facts.levels, levels, toneTolerance), scratch.toned);
      const asItLies = lay(toned, { map: identity, correlation: 1 });
      if (asItLies.found.strays <= mostStrays) return tell(asItLies);
      const fit = register(cv, { tested, golden: toned }, registrationLimits);
      const fitted = lay(warpGolden(cv, toned, fit.map, scratch.warped), fit);
      if (fitted.corePx < asItLies.corePx) return tell(fitted);
      return tell(lay(toned, { ...fit, map: identity }));
    },
  };
}

function scratchFor(scratch: Scratch | null, { widthPx, heightPx }: Image): Scratch {
  if (scratch?.differing.widthPx === widthPx && scratch.differing.heightPx === heightPx) return scratch;
  return {
    differing: bitPlane(widthPx, heightPx),
    cores: bitPlane(widthPx, heightPx),
    toned: new Uint8Array(widthPx * heightPx),
    warped: new Uint8Array(widthPx * heightPx),
  };
}

function goldenFacts(golden: Image): GoldenFacts {
  const grey = toGrey(golden);
  const levels = greyLevels(grey);
  return { grey, levels, edgeCells: edgeCells(grey, differenceLevel(levels)) };
}

function inTone(golden: Image, table: Uint8Array | null, target: Uint8Array): Image {
  if (table === null) return golden;
  const { data } = golden;
  for (let at = 0; at < data.length; at += 1) target[at] = table[data[at] ?? 0] ?? 0;
  return { ...golden, data: target };
}
