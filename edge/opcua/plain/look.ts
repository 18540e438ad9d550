import type { StationSession } from '#edge/opcua/open-session.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import { nextEpoch, type CountPosition } from '#edge/opcua/plain/next-epoch.ts';
import { createPartBook, factNodes, type PartBook } from '#edge/opcua/plain/part-book.ts';
import { readNodes, wholeNumber } from '#edge/opcua/plain/read-nodes.ts';

/** What a camera shows at one moment. */
export interface Look {
  readonly epoch: string;
  /** By view. */
  readonly counts: readonly number[];
  /** The highest of them: the newest part. */
  readonly newest: number;
}

/** Looks at the counters of a camera, and at the facts of the newest part. */
export interface Looker {
  readonly book: PartBook;
  look(station: StationSession): Promise<Look>;
}

const serverStartNode = 'i=2257';

/** `after` is where an earlier process stood. */
export function createLooker(layout: CameraLayout, after: CountPosition | null, now: () => Date): Looker {
  const { epoch } = layout;
  const baseNodes = epoch === 'persistent' ? [] : [epoch === 'server-start' ? serverStartNode : epoch.node];
  const counters = layout.views.map(({ counter }) => counter);
  const facts = factNodes(layout);
  const nodes = [...baseNodes, ...counters, ...facts, ...(facts.length > 0 ? counters : [])];
  let last = after;
  let book = createPartBook(layout);
  return {
    get book() {
      return book;
    },
    look: async (station) => {
      const values = (await readNodes(station, nodes)).map((value): unknown => value.value.value);
      const base = baseNodes.length === 0 ? 'persistent' : textOf(values.shift());
      const counts = counters.map((counter) => wholeNumber(counter, values.shift()));
      const shown = values.splice(0, facts.length).map(textOf);
      const again = facts.length > 0 ? counters.map((counter) => wholeNumber(counter, values.shift())) : counts;
      const newest = Math.max(...counts);
      const current = nextEpoch(last, base, newest, now());
      if (current !== last?.epoch) book = createPartBook(layout);
      last = { epoch: current, count: newest };
      // Facts are those of the part only where the counters stood still around them.
      if (facts.length > 0 && again.every((count, view) => count === counts[view])) book.note(newest, shown, now());
      return { epoch: current, counts, newest };
    },
  };
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
