import type { InspectionCard, Overview } from '#hmi/server/api.schema.ts';

/** One station as a screen shows it. */
export interface StationState {
  readonly stationId: string;
  readonly counts: { readonly pass: number; readonly fail: number; readonly undecided: number };
  /** Newest decision first, each inspection once. */
  readonly latest: readonly InspectionCard[];
}

export interface LineState {
  readonly countedFrom: string;
  readonly stations: readonly StationState[];
}

const latestUpTo = 40;

/** State as an overview gives it. */
export function toLineState({ countedFrom, stations }: Overview): LineState {
  return { countedFrom, stations };
}

/** A station of which no part is known yet. */
export function freshStation(stationId: string): StationState {
  return { stationId, counts: { pass: 0, fail: 0, undecided: 0 }, latest: [] };
}

/**
 * State after an inspection came in. One that is known already changes nothing, so that events may come twice; one that
 * comes late takes its place by the time of its decision.
 */
export function withInspection(state: LineState, card: InspectionCard): LineState {
  const known = state.stations.find(({ stationId }) => stationId === card.stationId);
  if (known?.latest.some(({ inspectionId }) => inspectionId === card.inspectionId)) return state;
  const before = known ?? freshStation(card.stationId);
  const counted = card.decidedAt >= state.countedFrom && !card.challenge;
  const counts = counted ? { ...before.counts, [card.verdict]: before.counts[card.verdict] + 1 } : before.counts;
  const latest = [card, ...before.latest].toSorted(newestFirst).slice(0, latestUpTo);
  const others = state.stations.filter(({ stationId }) => stationId !== card.stationId);
  const stations = [...others, { stationId: card.stationId, counts, latest }];
  return { ...state, stations: stations.toSorted((a, b) => compare(a.stationId, b.stationId)) };
}

function newestFirst(a: InspectionCard, b: InspectionCard): number {
  return compare(b.decidedAt, a.decidedAt) || compare(b.inspectionId, a.inspectionId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Of the latest inspections: median of the inspection time, and the share whose reviewer gave no answer when asked. */
export function figuresOf(latest: readonly InspectionCard[]): {
  readonly medianMs: number | null;
  readonly slowestMs: number | null;
  readonly taktMs: number | null;
  readonly asked: number;
  readonly bypassed: number;
} {
  const times = latest.map(({ totalMs }) => totalMs).toSorted((a, b) => a - b);
  const asked = latest.filter(({ opinions }) => opinions.some(({ label }) => label !== 'not-configured'));
  const bypassed = asked.filter(({ opinions }) => opinions.some(({ judgement }) => judgement === 'unavailable'));
  return {
    medianMs: times[Math.floor(times.length / 2)] ?? null,
    slowestMs: times.at(-1) ?? null,
    taktMs: latest[0]?.taktMs ?? null,
    asked: asked.length,
    bypassed: bypassed.length,
  };
}
