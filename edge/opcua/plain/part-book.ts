import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import type { Trigger } from '#edge/trigger.ts';

/** What the nodes of a camera said of one part, in the order of `factNodes`. */
export type ShownFacts = readonly string[];

/** The parts a camera counted, as far as their facts are known. */
export interface PartBook {
  /** What the fact nodes showed while the counter stood at `count`; the first word counts. */
  note(count: number, facts: ShownFacts, at: Date): void;
  /** The trigger of a count; null where the part has facts on nodes and nobody read them in time. */
  trigger(epoch: string, count: number, now: Date): Trigger | null;
}

const remembered = 256;
const factNames = ['serial', 'lot', 'productId', 'recipeId'] as const;
type FactName = (typeof factNames)[number];

function nodeOf({ part }: CameraLayout, name: FactName): string | null {
  const fact = part[name];
  return fact !== null && typeof fact === 'object' ? fact.node : null;
}

/** Nodes that say something of the part, none twice by name. */
export function factNodes(layout: CameraLayout): readonly string[] {
  return factNames.flatMap((name) => nodeOf(layout, name) ?? []);
}

export function createPartBook(layout: CameraLayout): PartBook {
  const parts = new Map<number, { readonly facts: ShownFacts; readonly triggeredAt: string }>();
  const hasNodes = factNodes(layout).length > 0;
  const note: PartBook['note'] = (count, facts, at) => {
    if (parts.has(count)) return;
    parts.set(count, { facts, triggeredAt: at.toISOString() });
    for (const oldest of parts.keys()) {
      if (parts.size <= remembered) break;
      parts.delete(oldest);
    }
  };
  return {
    note,
    trigger: (epoch, count, now) => {
      if (!hasNodes) note(count, [], now);
      const part = parts.get(count);
      return part ? toTrigger(layout, { epoch, count, ...part }) : null;
    },
  };
}

/** The trigger of a part of which nothing is known but its number. */
export function unseenTrigger(layout: CameraLayout, epoch: string, count: number, now: Date): Trigger {
  const facts = factNodes(layout).map(() => '');
  return toTrigger(layout, { epoch, count, facts, triggeredAt: now.toISOString() });
}

function toTrigger(
  layout: CameraLayout,
  part: { readonly epoch: string; readonly count: number; readonly facts: ShownFacts; readonly triggeredAt: string },
): Trigger {
  const shown = [...part.facts];
  const fact = (name: FactName): string => {
    const fixed = layout.part[name];
    return nodeOf(layout, name) === null && typeof fixed === 'string' ? fixed : (shown.shift() ?? '');
  };
  const { epoch, count, triggeredAt } = part;
  // In the order of factNames: `shown` is used up by it.
  const serial = layout.part.serial === null ? '' : fact('serial');
  const lot = fact('lot');
  const productId = fact('productId') || 'unknown';
  const recipeId = fact('recipeId') || 'unknown';
  const counted = `${epoch}#${count}`;
  return {
    epoch,
    triggerNo: count,
    serial: serial || counted,
    attempt: 1,
    lot,
    productId,
    recipeId,
    triggeredAt,
    simulated: false,
    challenge: false,
  };
}
