import type { InspectionMessage } from '#edge/messages.schema.ts';
import { rowsOfMessage } from '#store/ingest/rows-of-message.ts';

/** Rows that one inspection makes: receipt, mark, inspection, report and its findings. */
export function rowsOf(message: InspectionMessage): number {
  const rows = rowsOfMessage(message);
  return 4 + rows.detections.length + rows.reasons.length;
}

/** A transaction of pgbench that inserts the rows of an inspection like this one, with ids of its own. */
export function pgbenchScript(message: InspectionMessage): string {
  const { inspection, detections, reasons } = rowsOfMessage(message);
  const stream = `'00000000-0000-4000-8000-000000000000'`;
  const number = ':number';
  const lines = [
    '\\set number random(1, 9000000000000)',
    '\\set low random(0, 281474976710655)',
    'begin;',
    `insert into receipt (stream_id, sequence, inspection_id, payload_sha256) values (${stream}, ${number}, ${id}, '${'0'.repeat(64)}');`,
    insertOf('inspection', { ...inspection, streamId: stream, sequence: number, serial: `'bench-' || ${number}` }),
    ...detections.map((row) => insertOf('detection', { ...row, inspectionId: id })),
    ...reasons.map((row) => insertOf('reason', { ...row, inspectionId: id })),
    `insert into station_mark values (${stream}, 'demo', 'line1', 'bench', 0, 0) on conflict (stream_id) do update set updated_at = now();`,
    `insert into report_outbox (kind, inspection_id) values ('inspection', ${id});`,
    'commit;',
  ];
  return `${lines.join('\n')}\n`;
}

// pgbench has integers only: an id is made of one.
const id = `('00000000-0000-4000-8000-' || lpad(to_hex(:low::bigint), 12, '0'))::uuid`;

/** `insert` of one row; values that begin like SQL of ours stay, all others become literals. */
function insertOf(table: string, row: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const columns = Object.keys(row).map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  const values = Object.entries(row).map(([key, value]) => {
    if (key === 'inspectionId') return id;
    if (['streamId', 'sequence', 'serial'].includes(key) && table === 'inspection') return value;
    return typeof value === 'string' ? literal(value) : JSON.stringify(value ?? null);
  });
  return `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')});`;
}

// pgbench takes a colon before a letter or digit for a variable of its own.
function literal(text: string): string {
  const instant = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d\.\d+)Z$/;
  const plain = instant.test(text) ? text.replace(instant, '$1$2$3T$4$5$6Z') : text;
  const safe = plain.replaceAll(/":/g, '": ').replaceAll(/:(?! )/g, '\\u003a');
  return `'${safe.replaceAll(`'`, `''`)}'`;
}
