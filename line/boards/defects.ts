import type { Box } from '#detector/box.ts';
import type { Design } from '#line/boards/design.ts';
import { copyMask, maskAt, paintDisk, paintStroke, type Mask, type Point } from '#line/boards/mask.ts';
import { connectedParts, cutMask, distanceInside, type Parts } from '#line/boards/mask-measures.ts';
import type { Random } from '#line/boards/random.ts';

/** Defect kinds of a bare board, by the names DeepPCB gave them. */
export const boardLabels = ['open', 'short', 'mousebite', 'spur', 'copper', 'pin-hole'] as const;
export type BoardLabel = (typeof boardLabels)[number];

/** A defect in the pixels of the artwork: the loose box a person would draw, and the tight one of what changed. */
export interface BoardDefect {
  readonly label: BoardLabel;
  readonly box: Box;
  readonly tight: Box;
}

/** The artwork with what placing needs to know of it. */
interface Ground {
  readonly copper: Mask;
  readonly nets: Parts;
  /** By value of the pixel (0 = substrate, 1 = copper): distance to the other kind. */
  readonly depth: readonly [Float32Array, Float32Array];
  readonly drills: Design['drills'];
}

const borderPx = 16;
const apartPx = 6;
const leastChangedPx = 24;
const triesEach = 400;

/**
 * Draws `count` defects of random kinds into a copy of the artwork. Each changes at least 24 pixels and what the kind
 * is about: an open parts a net, a short joins two, the others leave the nets as they are. Fewer come back where the
 * artwork has no room.
 */
export function drawDefects(design: Design, random: Random, count: number): { copper: Mask; defects: BoardDefect[] } {
  const { copper } = design;
  const ground: Ground = {
    copper,
    nets: connectedParts(copper, 1),
    depth: [distanceInside(copper, 0), distanceInside(copper, 1)],
    drills: design.drills,
  };
  const tested = copyMask(copper);
  const defects: BoardDefect[] = [];
  for (let number = 0; number < count; number += 1) {
    const defect = placeOne(ground, tested, { random, label: random.pick(boardLabels), taken: defects });
    if (defect) defects.push(defect);
  }
  return { copper: tested, defects };
}

interface Wish {
  readonly random: Random;
  readonly label: BoardLabel;
  readonly taken: readonly BoardDefect[];
}

function placeOne(ground: Ground, tested: Mask, wish: Wish): BoardDefect | null {
  const scratch = copyMask(ground.copper);
  for (let trial = 0; trial < triesEach; trial += 1) {
    const seed = {
      x: wish.random.int(borderPx, tested.widthPx - borderPx - 1),
      y: wish.random.int(borderPx, tested.heightPx - borderPx - 1),
    };
    if (nearDrill(ground, seed)) continue;
    const defect = sketchOne(ground, scratch, seed, wish);
    if (defect) copyInto(tested, scratch, defect.tight);
    copyInto(scratch, ground.copper, reachAround(seed, scratch));
    if (defect) return defect;
  }
  return null;
}

function sketchOne(ground: Ground, scratch: Mask, seed: Point, wish: Wish): BoardDefect | null {
  if (!sketches[wish.label](ground, scratch, seed, wish.random)) return null;
  const tight = changedBox(ground.copper, scratch, seed);
  if (!tight || !holds(ground, scratch, tight, wish.label)) return null;
  const box = loosen(tight, wish.random, scratch);
  return box && !wish.taken.some((other) => meet(other.box, box)) ? { label: wish.label, box, tight } : null;
}

type Sketch = (ground: Ground, drawn: Mask, seed: Point, random: Random) => boolean;

const sketches: Readonly<Record<BoardLabel, Sketch>> = {
  open: (ground, drawn, seed, random) => drawBridge(ground, drawn, { seed, value: 0 }, random),
  short: (ground, drawn, seed, random) => drawBridge(ground, drawn, { seed, value: 1 }, random),
  mousebite: (ground, drawn, seed, random) => drawAtEdge(ground, drawn, { seed, value: 0 }, random),
  spur: (ground, drawn, seed, random) => drawAtEdge(ground, drawn, { seed, value: 1 }, random),
  copper: (ground, drawn, seed, random) => drawIsland(ground, drawn, { seed, value: 1 }, random),
  'pin-hole': (ground, drawn, seed, random) => drawIsland(ground, drawn, { seed, value: 0 }, random),
};

interface Spot {
  readonly seed: Point;
  /** What is drawn: 1 adds copper, 0 takes it away. */
  readonly value: 0 | 1;
}

function depthAt(ground: Ground, value: 0 | 1, point: Point): number {
  return ground.depth[value][Math.round(point.y) * ground.copper.widthPx + Math.round(point.x)] ?? 0;
}

/** A blot well inside the other material. */
function drawIsland(ground: Ground, drawn: Mask, spot: Spot, random: Random): boolean {
  const room = depthAt(ground, spot.value === 1 ? 0 : 1, spot.seed);
  const radiusPx = random.between(2.6, 6.5);
  if (room < radiusPx * 1.6 + 4) return false;
  drawBlot(drawn, spot, { radiusPx, wanderPx: Math.min(room - radiusPx * 1.6 - 3, radiusPx * 2.2) }, random);
  return true;
}

/** A blot across an edge: a bite out of copper, or a nose of copper. */
function drawAtEdge(ground: Ground, drawn: Mask, spot: Spot, random: Random): boolean {
  const into = spot.value === 1 ? 0 : 1;
  const room = depthAt(ground, into, spot.seed);
  if (room < 1.5 || room > 4.5) return false;
  drawBlot(drawn, spot, { radiusPx: random.between(3, 6.5), wanderPx: random.between(0, 9) }, random);
  return true;
}

/** A random walk of disks that stays within `wanderPx` of the seed. */
function drawBlot(drawn: Mask, spot: Spot, size: { radiusPx: number; wanderPx: number }, random: Random): void {
  const heading = random.between(0, 2 * Math.PI);
  const disks = random.int(2, 5);
  for (let disk = 0; disk < disks; disk += 1) {
    const away = (size.wanderPx * disk) / (disks - 1);
    const angle = heading + random.normal() * 0.45;
    const centre = { x: spot.seed.x + away * Math.cos(angle), y: spot.seed.y + away * Math.sin(angle) };
    paintDisk(drawn, centre, size.radiusPx * random.between(0.6, 1), spot.value);
  }
}

/** A ragged stroke along the shortest way through the other material. */
function drawBridge(ground: Ground, drawn: Mask, spot: Spot, random: Random): boolean {
  const through = spot.value === 1 ? 0 : 1;
  const depthPx = depthAt(ground, through, spot.seed);
  if (depthPx < 2.5 || depthPx > 17) return false;
  const chord = shortestChord(ground.copper, spot.seed, through);
  if (!chord || chord.lengthPx > 36) return false;
  const widthPx = random.between(3.5, 8.5);
  const reach = chord.lengthPx / 2 + 2;
  const bow = random.normal() * 1.8;
  const at = (share: number): Point => ({
    x: chord.middle.x + share * reach * chord.dx - bow * (1 - share * share) * chord.dy + random.normal() * 0.4,
    y: chord.middle.y + share * reach * chord.dy + bow * (1 - share * share) * chord.dx + random.normal() * 0.4,
  });
  const knots = [-1, -0.5, 0, 0.5, 1].map(at);
  knots.slice(1).forEach((knot, index) => {
    const previous = knots[index];
    if (previous) paintStroke(drawn, [previous, knot], widthPx * random.between(0.75, 1.1), spot.value);
  });
  return true;
}

function shortestChord(copper: Mask, seed: Point, through: 0 | 1) {
  let best: { lengthPx: number; dx: number; dy: number; middle: Point } | null = null;
  for (let step = 0; step < 16; step += 1) {
    const [dx, dy] = [Math.cos((step * Math.PI) / 16), Math.sin((step * Math.PI) / 16)];
    const run = (sign: number): number => {
      let length = 0;
      while (
        length < 40 &&
        maskAt(copper, Math.round(seed.x + sign * length * dx), Math.round(seed.y + sign * length * dy)) === through
      )
        length += 1;
      return length;
    };
    const [forward, backward] = [run(1), run(-1)];
    const lengthPx = forward + backward;
    const shift = (forward - backward) / 2;
    if (!best || lengthPx < best.lengthPx) {
      best = { lengthPx, dx, dy, middle: { x: seed.x + shift * dx, y: seed.y + shift * dy } };
    }
  }
  return best;
}

function nearDrill(ground: Ground, seed: Point): boolean {
  return ground.drills.some(
    (drill) => Math.hypot(seed.x - drill.centre.x, seed.y - drill.centre.y) < drill.radiusPx + 14,
  );
}

// No sketch reaches farther from its seed than this.
const reachPx = 56;

function reachAround(seed: Point, mask: Mask): Box {
  return {
    x1: Math.max(0, seed.x - reachPx),
    y1: Math.max(0, seed.y - reachPx),
    x2: Math.min(mask.widthPx, seed.x + reachPx),
    y2: Math.min(mask.heightPx, seed.y + reachPx),
  };
}

function changedBox(before: Mask, after: Mask, seed: Point): Box | null {
  let changed = 0;
  let [x1, y1, x2, y2] = [before.widthPx, before.heightPx, 0, 0];
  const search = reachAround(seed, before);
  for (let y = search.y1; y < search.y2; y += 1) {
    for (let x = search.x1; x < search.x2; x += 1) {
      if (maskAt(before, x, y) === maskAt(after, x, y)) continue;
      changed += 1;
      [x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x + 1), Math.max(y2, y + 1)];
    }
  }
  return changed >= leastChangedPx && Math.max(x2 - x1, y2 - y1) >= 5 ? { x1, y1, x2, y2 } : null;
}

/** Change of the number of copper and of substrate parts that each kind makes in a window around it, [least, most]. */
const changes: Readonly<Record<BoardLabel, readonly [readonly [number, number], readonly [number, number]]>> = {
  open: [
    [1, 1],
    [-1, 0],
  ],
  short: [
    [-1, -1],
    [0, 1],
  ],
  mousebite: [
    [0, 0],
    [0, 0],
  ],
  spur: [
    [0, 0],
    [0, 0],
  ],
  copper: [
    [1, 1],
    [0, 0],
  ],
  'pin-hole': [
    [0, 0],
    [1, 1],
  ],
};

/** Whether the change is what its name says; a short must also join two nets of the whole board. */
function holds(ground: Ground, drawn: Mask, tight: Box, label: BoardLabel): boolean {
  const window = windowAround(tight, drawn);
  const asNamed = ([1, 0] as const).every((of, index) => {
    const [least, most] = changes[label][index] ?? [0, 0];
    const count = (mask: Mask): number => sizeable(connectedParts(cutMask(mask, window), of));
    const grew = count(drawn) - count(ground.copper);
    return least <= grew && grew <= most;
  });
  return asNamed && (label !== 'short' || netsUnder(ground, drawn, tight) === 2);
}

/** How many nets the added copper touches. */
function netsUnder(ground: Ground, drawn: Mask, tight: Box): number {
  const nets = new Set<number>();
  for (let y = tight.y1; y < tight.y2; y += 1) {
    for (let x = tight.x1; x < tight.x2; x += 1) {
      if (maskAt(drawn, x, y) === maskAt(ground.copper, x, y)) continue;
      for (const net of netsBeside(ground, x, y)) nets.add(net);
    }
  }
  return nets.size;
}

function netsBeside({ nets, copper }: Ground, x: number, y: number): readonly number[] {
  const at = y * copper.widthPx + x;
  const beside = [at - 1, at + 1, at - copper.widthPx, at + copper.widthPx];
  return beside.map((index) => nets.label[index] ?? 0).filter((net) => net > 0);
}

function sizeable(parts: Parts): number {
  return parts.areas.filter((areaPx) => areaPx >= 12).length;
}

function windowAround(box: Box, mask: Mask): { x: number; y: number; widthPx: number; heightPx: number } {
  const x = Math.max(0, box.x1 - 6);
  const y = Math.max(0, box.y1 - 6);
  const widthPx = Math.min(mask.widthPx, box.x2 + 6) - x;
  return { x, y, widthPx, heightPx: Math.min(mask.heightPx, box.y2 + 6) - y };
}

/** Margin as in hand-drawn boxes of boards; null where the box would leave the picture. */
function loosen(tight: Box, random: Random, mask: Mask): Box | null {
  const margin = (): number => random.int(7, 12);
  const box = { x1: tight.x1 - margin(), y1: tight.y1 - margin(), x2: tight.x2 + margin(), y2: tight.y2 + margin() };
  const inside = box.x1 >= 4 && box.y1 >= 4 && box.x2 <= mask.widthPx - 4 && box.y2 <= mask.heightPx - 4;
  return inside ? box : null;
}

function meet(a: Box, b: Box): boolean {
  return a.x1 < b.x2 + apartPx && b.x1 < a.x2 + apartPx && a.y1 < b.y2 + apartPx && b.y1 < a.y2 + apartPx;
}

function copyInto(target: Mask, source: Mask, box: Box): void {
  for (let y = box.y1; y < box.y2; y += 1) {
    const from = y * target.widthPx;
    target.data.set(source.data.subarray(from + box.x1, from + box.x2), from + box.x1);
  }
}
