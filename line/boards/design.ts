import { createMask, paintDisk, paintPlate, paintStroke, type Mask, type Point } from '#line/boards/mask.ts';
import { connectedParts, distanceInside } from '#line/boards/mask-measures.ts';
import type { Random } from '#line/boards/random.ts';
import { claim, createLattice, findRoute, ownerAt, type Lattice, type Node } from '#line/boards/router.ts';

/** The artwork of one side of a board: where copper is, and the drilled holes in it. */
export interface Design {
  readonly copper: Mask;
  readonly drills: readonly { readonly centre: Point; readonly radiusPx: number }[];
}

interface Pad extends Node {
  readonly id: number;
  readonly shape: 'round' | 'octagon' | 'square' | 'land';
  readonly halfPx: Point;
  readonly drillPx: number;
}

interface Layout {
  readonly lattice: Lattice;
  readonly pitchPx: number;
  readonly tracePx: number;
  readonly pads: Pad[];
  readonly routes: { readonly nodes: readonly Node[]; readonly widthPx: number }[];
  nextId: number;
}

/** Draws an artwork of our own: pads, packages, buses and single nets on a lattice, with or without a copper pour. */
export function drawDesign(random: Random, sizePx: number): Design {
  const layout = createLayout(random, sizePx);
  for (let count = random.int(0, 2); count > 0; count -= 1) placePackage(layout, random);
  for (let count = random.int(0, 4); count > 0; count -= 1) routeBus(layout, random);
  const density = random.between(0.02, 0.07);
  const nodes = layout.lattice.columns * layout.lattice.rows;
  for (let count = Math.round(nodes * density); count > 0; count -= 1) placePad(layout, random);
  connectPads(layout, random);
  return render(layout, random, sizePx);
}

function createLayout(random: Random, sizePx: number): Layout {
  const pitchPx = random.between(18, 42);
  const across = Math.ceil(sizePx / pitchPx) + 2;
  const tracePx = Math.max(6, pitchPx * random.between(0.32, 0.56));
  return { lattice: createLattice(across, across), pitchPx, tracePx, pads: [], routes: [], nextId: 1 };
}

/** A node beyond the picture on each side lets traces run off it. */
function place(layout: Layout, node: Node): Point {
  return { x: (node.column - 0.5) * layout.pitchPx, y: (node.row - 0.5) * layout.pitchPx };
}

function around(node: Node): readonly Node[] {
  const { column, row } = node;
  return [
    { column: column + 1, row },
    { column: column - 1, row },
    { column, row: row + 1 },
    { column, row: row - 1 },
  ];
}

function placePad(layout: Layout, random: Random): void {
  const { columns, rows } = layout.lattice;
  const node = { column: random.int(1, columns - 2), row: random.int(1, rows - 2) };
  if ([node, ...around(node)].some((near) => ownerAt(layout.lattice, near) !== 0)) return;
  const half = layout.pitchPx * random.between(0.5, 0.78);
  const drillPx = random.chance(0.8) ? half * random.between(0.28, 0.45) : 0;
  const shape = random.pick(['round', 'round', 'octagon', 'square'] as const);
  addPad(layout, { ...node, shape, halfPx: { x: half, y: half }, drillPx });
}

function addPad(layout: Layout, pad: Omit<Pad, 'id'>): void {
  const id = layout.nextId;
  layout.nextId += 1;
  layout.pads.push({ ...pad, id });
  claim(layout.lattice, pad, id);
  for (const node of around(pad)) {
    const along = pad.halfPx.x > pad.halfPx.y ? node.row === pad.row : node.column === pad.column;
    if (pad.shape !== 'land' || along) claim(layout.lattice, node, id);
  }
}

/** Two rows of lands, as of a small outline package. */
function placePackage(layout: Layout, random: Random): void {
  const { columns, rows } = layout.lattice;
  const upright = random.chance(0.5);
  const count = random.int(4, 8);
  const gap = random.int(4, 6);
  const start = { column: random.int(2, Math.max(2, columns - 12)), row: random.int(2, Math.max(2, rows - 12)) };
  const long = layout.pitchPx * random.between(0.7, 1);
  const short = layout.pitchPx * random.between(0.26, 0.36);
  const halfPx = upright ? { x: long, y: short } : { x: short, y: long };
  for (let side = 0; side < 2; side += 1) {
    for (let index = 0; index < count; index += 1) {
      const [across, along] = [side * gap, index];
      const node = upright
        ? { column: start.column + across, row: start.row + along }
        : { column: start.column + along, row: start.row + across };
      if (ownerAt(layout.lattice, node) === 0) addPad(layout, { ...node, shape: 'land', halfPx, drillPx: 0 });
    }
  }
}

/** Neighboring nets that enter at one border and leave at the opposite one, displaced. */
function routeBus(layout: Layout, random: Random): void {
  const across = layout.lattice.columns;
  const lanes = random.int(3, 7);
  const start = random.int(1, across - lanes - 1);
  const end = Math.min(across - lanes - 1, Math.max(1, start + random.int(-8, 8)));
  const upright = random.chance(0.5);
  const terminal = (lane: number, far: boolean): Node =>
    upright ? { column: lane, row: far ? across - 1 : 0 } : { column: far ? across - 1 : 0, row: lane };
  for (let lane = 0; lane < lanes; lane += 1) {
    addRoute(layout, { from: terminal(start + lane, false), to: terminal(end + lane, true), own: [] }, layout.tracePx);
  }
}

function connectPads(layout: Layout, random: Random): void {
  const { columns, rows } = layout.lattice;
  const widePx = Math.min(layout.tracePx * random.between(1, 1.5), layout.pitchPx * 0.6);
  for (const pad of layout.pads) {
    const others = layout.pads.filter(
      (other) => other.id !== pad.id && (pad.shape !== 'land' || other.shape !== 'land'),
    );
    const near = others.sort((a, b) => steps(pad, a) - steps(pad, b)).slice(0, 6);
    const width = random.chance(0.25) ? widePx : layout.tracePx;
    if (near.length > 0 && random.chance(0.75)) {
      const other = random.pick(near);
      addRoute(layout, { from: pad, to: other, own: [pad.id, other.id] }, width);
    } else {
      const edge = random.pick([0, 1, 2, 3]);
      const to = { column: random.int(1, columns - 2), row: random.int(1, rows - 2) };
      const border = [
        { ...to, column: 0 },
        { ...to, column: columns - 1 },
        { ...to, row: 0 },
        { ...to, row: rows - 1 },
      ][edge];
      if (border) addRoute(layout, { from: pad, to: border, own: [pad.id] }, width);
    }
  }
}

function steps(a: Node, b: Node): number {
  return Math.hypot(a.column - b.column, a.row - b.row);
}

function addRoute(layout: Layout, ends: { from: Node; to: Node; own: readonly number[] }, widthPx: number): void {
  const nodes = findRoute(layout.lattice, ends.from, ends.to, ends.own);
  if (!nodes) return;
  const id = layout.nextId;
  layout.nextId += 1;
  for (const node of nodes) claim(layout.lattice, node, id);
  layout.routes.push({ nodes, widthPx });
}

function render(layout: Layout, random: Random, sizePx: number): Design {
  const copper = createMask(sizePx, sizePx);
  for (const route of layout.routes) {
    const points = route.nodes.map((node) => place(layout, node));
    points.slice(1).forEach((point, index) => {
      const previous = points[index];
      if (previous) paintStroke(copper, [previous, point], route.widthPx, 1);
    });
  }
  for (const pad of layout.pads) paintPad(copper, place(layout, pad), pad);
  if (random.chance(0.4)) pour(copper, random, layout.pitchPx);
  const drills = layout.pads
    .filter((pad) => pad.drillPx > 0)
    .map((pad) => ({ centre: place(layout, pad), radiusPx: pad.drillPx }));
  for (const drill of drills) paintDisk(copper, drill.centre, drill.radiusPx, 0);
  return { copper, drills };
}

function paintPad(copper: Mask, centre: Point, pad: Pad): void {
  if (pad.shape === 'round') return paintDisk(copper, centre, pad.halfPx.x, 1);
  const cutPx = pad.shape === 'octagon' ? pad.halfPx.x * 0.59 : 0;
  paintPlate(copper, centre, { ...pad.halfPx, cutPx }, 1);
}

// Smaller islands of a pour are left out, as board houses do: they hold no net.
const leastIslandPx = 1600;

/** Fills what is free with copper on one side of a line, at a clearance, without slivers. */
function pour(copper: Mask, random: Random, pitchPx: number): void {
  const clearancePx = Math.max(7, pitchPx * random.between(0.32, 0.5));
  const sliverPx = Math.max(4, pitchPx * 0.2);
  const angle = random.between(0, 2 * Math.PI);
  const offset = random.between(-0.6, 0.3) * copper.widthPx;
  const toCopper = distanceInside(copper, 0);
  const core = createMask(copper.widthPx, copper.heightPx);
  for (let index = 0; index < core.data.length; index += 1) {
    const x = (index % copper.widthPx) - copper.widthPx / 2;
    const y = Math.floor(index / copper.widthPx) - copper.heightPx / 2;
    const onSide = x * Math.cos(angle) + y * Math.sin(angle) > offset;
    core.data[index] = onSide && (toCopper[index] ?? 0) > clearancePx + sliverPx ? 1 : 0;
  }
  const toCore = distanceInside(core, 0);
  const plane = createMask(copper.widthPx, copper.heightPx);
  for (let index = 0; index < core.data.length; index += 1)
    plane.data[index] = (toCore[index] ?? 0) <= sliverPx ? 1 : 0;
  const islands = connectedParts(plane, 1);
  for (let index = 0; index < core.data.length; index += 1) {
    const areaPx = islands.areas[islands.label[index] ?? 0] ?? 0;
    if (areaPx > leastIslandPx) copper.data[index] = 1;
  }
}
