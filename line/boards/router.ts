/** Nodes that traces run over: columns x rows, each free (0) or owned by one pad or net. */
export interface Lattice {
  readonly columns: number;
  readonly rows: number;
  readonly owner: Int32Array;
}

export interface Node {
  readonly column: number;
  readonly row: number;
}

// Clockwise, so that the difference of two indexes is the bend in steps of 45 degrees.
const directions = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const;

const bendCost = [0, 4, 11];

export function createLattice(columns: number, rows: number): Lattice {
  return { columns, rows, owner: new Int32Array(columns * rows) };
}

export function ownerAt(lattice: Lattice, node: Node): number {
  if (node.column < 0 || node.row < 0 || node.column >= lattice.columns || node.row >= lattice.rows) return -1;
  return lattice.owner[node.row * lattice.columns + node.column] ?? -1;
}

/** Gives a node to an owner if it is on the lattice and free. */
export function claim(lattice: Lattice, node: Node, owner: number): void {
  if (ownerAt(lattice, node) === 0) lattice.owner[node.row * lattice.columns + node.column] = owner;
}

/**
 * Cheapest way over free nodes and those of `own`, in steps of 45 degrees with a price on bends and none sharper than
 * 90 degrees (Dijkstra with buckets); null where there is none. Nothing is claimed.
 */
export function findRoute(lattice: Lattice, from: Node, to: Node, own: readonly number[]): readonly Node[] | null {
  const { columns } = lattice;
  const free = (node: Node): boolean => {
    const owner = ownerAt(lattice, node);
    return owner === 0 || own.includes(owner);
  };
  // State = node * 9 + direction of arrival; direction 8 = the start.
  const states = columns * lattice.rows * 9;
  const cost = new Int32Array(states).fill(0x7fffffff);
  const before = new Int32Array(states).fill(-1);
  const buckets: number[][] = [];
  const offer = (state: number, price: number, previous: number): void => {
    if (price >= (cost[state] ?? 0)) return;
    cost[state] = price;
    before[state] = previous;
    (buckets[price] ??= []).push(state);
  };
  const leave = (state: number, node: Node, price: number): void => {
    for (let direction = 0; direction < 8; direction += 1) {
      const step = stepFrom(node, direction, free);
      const bend = bendOf(state % 9, direction);
      if (!step || bend > 2) continue;
      const length = direction % 2 === 0 ? 10 : 14;
      offer((step.row * columns + step.column) * 9 + direction, price + length + (bendCost[bend] ?? 0), state);
    }
  };
  offer((from.row * columns + from.column) * 9 + 8, 0, -1);
  for (let price = 0; price < buckets.length; price += 1) {
    for (const state of buckets[price] ?? []) {
      if (cost[state] !== price) continue;
      const node = nodeOf(lattice, state);
      if (node.column === to.column && node.row === to.row) return traceBack(lattice, before, state);
      leave(state, node, price);
    }
  }
  return null;
}

function stepFrom(node: Node, direction: number, free: (node: Node) => boolean): Node | null {
  const [dx, dy] = directions[direction] ?? [0, 0];
  const next = { column: node.column + dx, row: node.row + dy };
  if (!free(next)) return null;
  // A diagonal may not squeeze between two taken nodes: they may be one trace that it would cross.
  const beside = [
    { column: node.column + dx, row: node.row },
    { column: node.column, row: node.row + dy },
  ];
  return direction % 2 === 1 && !beside.some(free) ? null : next;
}

function bendOf(arrived: number, leaving: number): number {
  if (arrived === 8) return 0;
  const turn = Math.abs(arrived - leaving);
  return Math.min(turn, 8 - turn);
}

function nodeOf(lattice: Lattice, state: number): Node {
  const index = Math.floor(state / 9);
  return { column: index % lattice.columns, row: Math.floor(index / lattice.columns) };
}

function traceBack(lattice: Lattice, before: Int32Array, end: number): readonly Node[] {
  const route: Node[] = [];
  for (let state = end; state >= 0; state = before[state] ?? -1) route.push(nodeOf(lattice, state));
  return route.reverse();
}
