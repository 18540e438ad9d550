import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Component, InspectionCard } from '#hmi/server/api.schema.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly countInspection: (card: InspectionCard) => void;
  readonly setScreens: (count: number) => void;
  readonly setComponents: (components: readonly Component[]) => void;
  readonly observeRequest: (route: string, status: number, seconds: number) => void;
}

/** Figures of this process for Prometheus; counts begin with it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const inspections = new Counter({
    name: 'hairline_inspections_total',
    help: 'Inspections stored while this dashboard ran',
    labelNames: ['station', 'verdict'],
    registers,
  });
  const durations = new Histogram({
    name: 'hairline_inspection_duration_seconds',
    help: 'From trigger to verdict',
    labelNames: ['station'],
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers,
  });
  const screens = new Gauge({ name: 'hairline_screens', help: 'Pages that follow the line live', registers });
  const up = new Gauge({
    name: 'hairline_component_up',
    help: '1 while a component works',
    labelNames: ['component'],
    registers,
  });
  const requests = new Histogram({
    name: 'hairline_http_request_duration_seconds',
    help: 'HTTP requests by route',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  return {
    registry,
    countInspection: ({ stationId, verdict, totalMs }) => {
      inspections.inc({ station: stationId, verdict });
      durations.observe({ station: stationId }, totalMs / 1000);
    },
    setScreens: (count) => screens.set(count),
    setComponents: (components) => {
      up.reset();
      for (const { id, state } of components) {
        if (state === 'up' || state === 'down') up.set({ component: id }, state === 'up' ? 1 : 0);
      }
    },
    observeRequest: (route, status, seconds) => requests.observe({ route, status: String(status) }, seconds),
  };
}
