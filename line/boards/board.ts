import type { Box } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';
import { photograph, templateLook, type Look } from '#line/boards/camera.ts';
import { drawDefects, type BoardLabel } from '#line/boards/defects.ts';
import type { Design } from '#line/boards/design.ts';
import type { Random } from '#line/boards/random.ts';

/** A tested board as the camera sees it, with what is wrong with it in its own pixels. */
export interface TestedBoard {
  readonly tested: Image;
  readonly defects: readonly { readonly label: BoardLabel; readonly box: Box; readonly tight: Box }[];
  readonly look: Look;
}

const stationGreys = { substrateGrey: 196, copperGrey: 52, binary: false };

/** The light and lens of the default station at their middle, for golden samples. */
export const templateOfStation: Look = templateLook({
  ...stationGreys,
  blurPx: 0.75,
  noiseGrey: 0,
  shadeGrey: 0,
  shift: { dxPx: 0, dyPx: 0 },
});

/** The look of the default station: two greys, soft light, some noise, a slight blur, up to 2 px beside its place. */
export function stationLook(random: Random): Look {
  return {
    ...stationGreys,
    blurPx: random.between(0.6, 0.9),
    noiseGrey: random.between(2, 4),
    shadeGrey: random.between(4, 16),
    shift: { dxPx: random.between(-2, 2), dyPx: random.between(-2, 2) },
  };
}

/** A wider range than the station's, thresholded pictures among them, for training. */
export function trainingLook(random: Random): Look {
  const shift = { dxPx: random.between(-3, 3), dyPx: random.between(-3, 3) };
  if (random.chance(0.35)) {
    const whole = { dxPx: Math.round(shift.dxPx / 2), dyPx: Math.round(shift.dyPx / 2) };
    return {
      substrateGrey: 255,
      copperGrey: 0,
      blurPx: 0.8,
      noiseGrey: random.between(10, 35),
      shadeGrey: 0,
      binary: true,
      shift: whole,
    };
  }
  return {
    substrateGrey: random.between(150, 235),
    copperGrey: random.between(20, 95),
    blurPx: random.between(0.5, 1.2),
    noiseGrey: random.between(1, 7),
    shadeGrey: random.between(0, 30),
    binary: false,
    shift,
  };
}

/** Makes a board of a design with `count` defects (0 = clean) and takes its picture. */
export function makeBoard(design: Design, random: Random, how: { look: Look; count: number }): TestedBoard {
  const drawn = drawDefects(design, random, how.count);
  const { dxPx, dyPx } = how.look.shift;
  const move = (box: Box): Box => ({
    x1: Math.floor(box.x1 + dxPx),
    y1: Math.floor(box.y1 + dyPx),
    x2: Math.ceil(box.x2 + dxPx),
    y2: Math.ceil(box.y2 + dyPx),
  });
  const defects = drawn.defects.map(({ label, box, tight }) => ({ label, box: move(box), tight: move(tight) }));
  return { tested: photograph(drawn.copper, how.look, random), defects, look: how.look };
}

/** The clean template of a design under the same light. */
export function makeTemplate(design: Design, random: Random, look: Look): Image {
  return photograph(design.copper, templateLook(look), random);
}
