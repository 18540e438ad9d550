import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Database } from '#store/database.ts';
import { inspectionById, type InspectionRecord } from '#store/queries/inspection-by-id.ts';
import { listInspections } from '#store/queries/list-inspections.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Everything that is known of an inspection, or of every inspection of a serial, as text. null for an unknown one. */
export async function explain(database: Database, idOrSerial: string): Promise<string | null> {
  const ids = uuid.test(idOrSerial)
    ? [idOrSerial.toLowerCase()]
    : (await listInspections(database, { limit: 100, serial: idOrSerial })).inspections.map((one) => one.inspectionId);
  const records: InspectionRecord[] = [];
  for (const id of ids.toReversed()) {
    const record = await inspectionById(database, id);
    if (record) records.push(record);
  }
  return records.length > 0 ? records.map(explainRecord).join('\n') : null;
}

/** One record as text. What came from outside, from a camera to a person, is not to be trusted with a terminal. */
export function explainRecord({ message, storedAt, dispositions }: InspectionRecord): string {
  const { inspectionId, attempt, verdict, digests } = message;
  const [serial, productId, stationId] = [message.serial, message.productId, message.stationId].map(plain);
  const lines = [
    `${serial}, attempt ${attempt}: ${verdict.toUpperCase()}`,
    `  inspection ${inspectionId}, product ${productId}, lot ${plain(message.lot || '-')}, station ${stationId}`,
    `  triggered ${message.triggeredAt}, decided ${message.decidedAt}, stored ${storedAt}`,
    `  ${Math.round(message.timings.totalMs)} of ${message.timings.taktMs} ms; model ${artefact(digests.model)}, recipe ${artefact(digests.recipe)}, prompt ${artefact(digests.prompt)}`,
    ...(message.recovered ? ['  found open at a restart, closed as undecided'] : []),
    ...message.reasons.map(
      (reason) => `  because ${measured(reason.code, reason)}${reason.detail ? ` ${plain(reason.detail)}` : ''}`,
    ),
    ...message.outcomes.map((outcome) => {
      const codes = outcome.reasons.map((reason) => measured(reason.code, reason)).join(', ');
      return `  ${plain(outcome.viewId)} ${plain(outcome.id)}: detector says ${outcome.detectorCall}, outcome ${outcome.outcome} by ${outcome.source}${codes ? ` (${codes})` : ''}`;
    }),
    ...reviewLines(message),
    ...message.trace.map((step) => `  check ${measured(step.check, step)}: ${step.outcome}`),
    ...dispositions.map(
      (one) =>
        `  ${one.decidedAt} ${plain(one.decidedBy)}: ${one.disposition}${one.verified ? `, saw ${one.verified}` : ''}; ${plain(one.reason)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function reviewLines(message: InspectionMessage): readonly string[] {
  return message.views.flatMap((view) => [
    ...view.doubts.map((doubt) => `  view ${plain(view.viewId)}: ${plain(doubt)}`),
    ...view.reviews.map((review) =>
      review.kind === 'answered'
        ? `  reviewer on ${plain(review.id)}: ${review.finding.judgement} ${plain(review.finding.label)}, ${review.finding.severity}; ${plain(review.finding.explanation)}`
        : `  reviewer on ${plain(review.id)}: no answer (${plain(review.reason)}${review.detail ? `: ${plain(review.detail)}` : ''})`,
    ),
  ]);
}

interface Measured {
  readonly subject: string;
  readonly value: number | null;
  readonly limit: number | null;
}

function measured(name: string, { subject, value, limit }: Measured): string {
  const figures = value === null ? '' : ` ${Number(value.toPrecision(4))}${limit === null ? '' : ` (limit ${limit})`}`;
  return `${plain(name)} on ${plain(subject)}${figures}`;
}

function artefact(known: { readonly name: string; readonly version: string } | null): string {
  return known ? `${plain(known.name)} ${plain(known.version)}` : 'none';
}

/** A single word as it is; any other text in quotes, its control characters and changes of direction taken out. */
function plain(text: string): string {
  if (/^[\w.:@/+-]+$/.test(text)) return text;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}
