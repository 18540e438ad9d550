import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { InspectedPart } from '#edge/inspect/inspected-part.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';

/** Figures of one edge node for Prometheus. */
export interface EdgeMetrics {
  readonly registry: Registry;
  decided(part: InspectedPart): void;
}

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(outbox: Outbox): EdgeMetrics {
  const registry = new Registry();
  const registers = [registry];
  const inspections = new Counter({
    name: 'hairline_inspections_total',
    help: 'Inspections decided, by verdict',
    labelNames: ['verdict'],
    registers,
  });
  const doubts = new Counter({
    name: 'hairline_frame_doubts_total',
    help: 'Views not fit to judge, by doubt',
    labelNames: ['doubt'],
    registers,
  });
  const reviews = new Counter({
    name: 'hairline_reviews_total',
    help: 'Questions to the reviewer, by what came of them: answered, or why no valid answer came',
    labelNames: ['outcome'],
    registers,
  });
  const stages = new Histogram({
    name: 'hairline_stage_seconds',
    help: 'Duration of the stages of an inspection',
    labelNames: ['stage'],
    buckets: secondsBuckets,
    registers,
  });
  addOutboxGauges(outbox, registers);
  addBypassRate(reviews, registers);
  return {
    registry,
    decided: (part) => {
      inspections.inc({ verdict: part.verdict.verdict });
      for (const view of part.views) {
        for (const doubt of view.doubts) doubts.inc({ doubt });
        for (const review of view.reviews)
          reviews.inc({ outcome: review.kind === 'answered' ? 'answered' : review.reason });
      }
      const { taktMs: _, ...timings } = part.timings;
      for (const [stage, ms] of Object.entries(timings)) stages.observe({ stage: stage.replace(/Ms$/, '') }, ms / 1000);
    },
  };
}

function addOutboxGauges(outbox: Outbox, registers: Registry[]): void {
  new Gauge({
    name: 'hairline_outbox_messages',
    help: 'Messages that the store has not confirmed',
    registers,
    collect() {
      this.set(outbox.depth().messages);
    },
  });
  new Gauge({
    name: 'hairline_outbox_oldest_age_seconds',
    help: 'Age of the oldest message that the store has not confirmed; 0 for none',
    registers,
    collect() {
      const { oldestAt } = outbox.depth();
      this.set(oldestAt === null ? 0 : Math.max(0, (Date.now() - Date.parse(oldestAt)) / 1000));
    },
  });
}

function addBypassRate(reviews: Counter<'outcome'>, registers: Registry[]): void {
  new Gauge({
    name: 'hairline_review_bypass_ratio',
    help: 'Share of questions to the reviewer without a valid answer since the start; 0 where none was asked',
    registers,
    async collect() {
      const { values } = await reviews.get();
      const asked = values.reduce((sum, { value }) => sum + value, 0);
      const answered = values.find(({ labels }) => labels.outcome === 'answered')?.value ?? 0;
      this.set(asked === 0 ? 0 : (asked - answered) / asked);
    },
  });
}
