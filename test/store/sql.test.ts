import {
  CamelCasePlugin,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { describe, expect, it } from 'vitest';
import type { DatabaseSchema } from '#store/database.ts';
import { claimQuery } from '#store/claim-reviews.ts';
import { mediaTypeQuery } from '#store/evidence/held-image.ts';
import { heldBytesQuery } from '#store/evidence/trim-evidence.ts';
import { wantEscapesQuery } from '#store/evidence/want-escapes.ts';
import { noteEvidenceQuery, wantedEvidenceQuery } from '#store/evidence/wanted-evidence.ts';
import { advanceMarksQuery, insertMarksQuery, lockMarksQuery } from '#store/ingest/advance-mark.ts';
import { nameImagesQuery } from '#store/ingest/insert-evidence.ts';
import { rowsOfMessage } from '#store/ingest/rows-of-message.ts';
import { heldReceiptsQuery, takeReceiptsQuery } from '#store/ingest/take-receipts.ts';
import { countForSummaryQuery } from '#store/queries/count-for-summary.ts';
import { countsSinceQuery } from '#store/queries/counts-since.ts';
import { defectsOfPeriodQuery, inspectedByRecipeQuery } from '#store/queries/defect-counts.ts';
import { countDisagreementsQuery } from '#store/queries/disagreements.ts';
import { judgedPartsQuery } from '#store/queries/judged-parts.ts';
import { labelsByPieceQuery, measuredSamplesQuery } from '#store/queries/measured-samples.ts';
import { currentMarksQuery } from '#store/queries/current-marks.ts';
import { encodeCursor } from '#store/queries/cursor.ts';
import { dispositionsQuery, inspectionByIdQuery } from '#store/queries/inspection-by-id.ts';
import { latestOfStationsQuery } from '#store/queries/latest-of-stations.ts';
import { evidenceStatesQuery } from '#store/queries/evidence-states.ts';
import { hardExamplesQuery } from '#store/queries/hard-examples.ts';
import { calledViewsQuery, heatOfDefectsQuery } from '#store/queries/heat-of-defects.ts';
import { inspectionListQuery } from '#store/queries/list-inspections.ts';
import { paretoOfLabelsQuery } from '#store/queries/pareto-of-labels.ts';
import { reportsAfterQuery, reportsRefusedQuery } from '#store/queries/pending-reports.ts';
import { qualityCountsQuery } from '#store/queries/quality-counts.ts';
import { recordedPageQuery } from '#store/queries/recorded-inspections.ts';
import { channelStateQuery, noteDeliveredQuery, reportChannelsQuery } from '#store/queries/report-channel.ts';
import { openRefusalsQuery, settleRefusalsQuery } from '#store/queries/report-refusal.ts';
import { reviewQueueLengthQuery, reviewQueueQuery } from '#store/queries/review-queue.ts';
import {
  latestStoredQuery,
  openDeadLettersQuery,
  refusedReportsQuery,
  streamHealthQuery,
  unreportedQuery,
} from '#store/queries/store-health.ts';
import { askAgainQuery, noteSentAgainQuery } from '#store/queries/send-again.ts';
import { keepSparkplugDeviceQuery, lastReportNoQuery, nextBdSeqQuery } from '#store/queries/sparkplug.ts';
import { storedSinceQuery } from '#store/queries/stored-since.ts';
import { trendOfVerdictsQuery } from '#store/queries/trend-of-verdicts.ts';
import { approvalHeadsQuery, approvedRecipesQuery } from '#store/recipes/approved-recipes.ts';
import { decidedProposalsQuery, openProposalsQuery, proposedTextQuery } from '#store/recipes/proposals.ts';
import { versionTakenQuery } from '#store/recipes/propose-recipe.ts';
import { asRead, testMessage } from '../support/inspection-message.ts';

const database = new Kysely<DatabaseSchema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
});

const message = testMessage(3);
const read = asRead(message);
const readable = read.kind === 'readable' ? [read] : [];
const period = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const before = encodeCursor(message);

const queries: Readonly<Record<string, { compile(): { readonly sql: string } }>> = {
  'name-images': nameImagesQuery(database, rowsOfMessage(message).images),
  'wanted-evidence': wantedEvidenceQuery(database, { stationIds: ['pcb'], without: ['a'.repeat(64)], limit: 8 }),
  'note-evidence': noteEvidenceQuery(database, 'a'.repeat(64), 'held'),
  'held-bytes': heldBytesQuery(database),
  'media-type': mediaTypeQuery(database, 'a'.repeat(64)),
  'report-channels': reportChannelsQuery(database),
  'list-inspections': inspectionListQuery(database, { limit: 50 }),
  'list-inspections-filtered': inspectionListQuery(database, {
    limit: 50,
    verdict: 'fail',
    stationId: 'pcb',
    serial: 'S-1',
    lot: 'L-1',
    productId: 'board',
    before,
  }),
  'inspection-by-id': inspectionByIdQuery(database, message.inspectionId),
  'dispositions-of-inspection': dispositionsQuery(database, message.inspectionId),
  'counts-since': countsSinceQuery(database, period.from),
  'current-marks': currentMarksQuery(database),
  'latest-of-stations': latestOfStationsQuery(database, 10),
  'stored-since': storedSinceQuery(database, period.from, { limit: 100, except: [] }),
  'latest-stored': latestStoredQuery(database),
  'open-dead-letters': openDeadLettersQuery(database),
  unreported: unreportedQuery(database),
  'stream-health': streamHealthQuery(database),
  'pareto-of-labels': paretoOfLabelsQuery(database, { ...period, stationId: 'pcb' }),
  'trend-of-verdicts': trendOfVerdictsQuery(database, period, 'hour'),
  'reports-after': reportsAfterQuery(database, 7, 20),
  'reports-refused': reportsRefusedQuery(database, 'webhook', 20),
  'channel-state': channelStateQuery(database, 'mqtt'),
  'ask-again': askAgainQuery(database, 'webhook', 7),
  'note-sent-again': noteSentAgainQuery(database, 'webhook', { from: 7, upTo: 26 }),
  'settle-refusals': settleRefusalsQuery(database, 'webhook', [7]),
  'open-refusals': openRefusalsQuery(database, 1_000),
  'refused-reports': refusedReportsQuery(database),
  'note-delivered': noteDeliveredQuery(database, 'mqtt', 7),
  'next-bd-seq': nextBdSeqQuery(database, 'plant/line1'),
  'keep-sparkplug-device': keepSparkplugDeviceQuery(database, 'pcb', {}),
  'last-report-no': lastReportNoQuery(database),
  'quality-counts': qualityCountsQuery(database, { ...period, stationId: 'pcb' }, 20),
  'inspected-by-recipe': inspectedByRecipeQuery(database, { ...period, stationId: 'pcb' }),
  'defects-of-period': defectsOfPeriodQuery(database, { ...period, stationId: 'pcb' }),
  'count-disagreements': countDisagreementsQuery(database, { ...period, stationId: 'pcb' }),
  'judged-parts': judgedPartsQuery(database, { ...period, stationId: 'pcb' }, 20),
  'measured-samples': measuredSamplesQuery(database, { ...period, stationId: 'pcb' }, 'day'),
  'labels-by-piece': labelsByPieceQuery(database, { ...period, stationId: 'pcb' }, 'hour'),
  'review-queue': reviewQueueQuery(database, { claimedBy: 'maria/1', since: period.from, auditPerMille: 20, limit: 5 }),
  'review-queue-length': reviewQueueLengthQuery(database, period.from, 20),
  'claim-reviews': claimQuery(database, 'maria/1', [{ inspectionId: message.inspectionId, cause: 'fail' }]),
  'recorded-inspections': recordedPageQuery(database, {}),
  'recorded-inspections-filtered': recordedPageQuery(
    database,
    { ...period, stationId: 'pcb', lot: 'L-1', line: 'line1' },
    message,
  ),
  'called-views': calledViewsQuery(database, { ...period, stationId: 'pcb', label: 'spur' }),
  'heat-of-defects': heatOfDefectsQuery(database, period, {
    stationId: 'pcb',
    productId: 'board',
    viewId: 'top',
    widthPx: 640,
    heightPx: 480,
    cellPx: 20,
  }),
  'hard-examples': hardExamplesQuery(database, {}),
  'hard-examples-filtered': hardExamplesQuery(database, { ...period, stationId: 'pcb', label: 'spur' }, message),
  'evidence-states': evidenceStatesQuery(database, ['a'.repeat(64)]),
  'want-escapes': { compile: () => wantEscapesQuery().compile(database) },
  'count-for-summary': {
    compile: () => countForSummaryQuery([message.inspectionId], 'mqtt').compile(database),
  },
  'take-receipts': takeReceiptsQuery(database, readable),
  'held-receipts': heldReceiptsQuery(database, readable),
  'insert-marks': insertMarksQuery(database, [message]),
  'lock-marks': lockMarksQuery(database, [message.streamId]),
  'advance-marks': advanceMarksQuery(database, [message.streamId]),
  'approval-heads': approvalHeadsQuery(database),
  'approved-recipes': approvedRecipesQuery(database),
  'approved-recipes-of-station': approvedRecipesQuery(database, 'pcb'),
  'open-proposals': openProposalsQuery(database),
  'decided-proposals': decidedProposalsQuery(database, 50),
  'proposed-text': proposedTextQuery(database, 'a'.repeat(64)),
  'version-taken': versionTakenQuery(database, { recipeId: 'pcb', version: '1.1.0', sha256: 'a'.repeat(64) }),
};

describe('SQL of every query', () => {
  it.each(Object.keys(queries))('%s is as reviewed', async (name) => {
    await expect(`${queries[name]?.compile().sql}\n`).toMatchFileSnapshot(`__sql__/${name}.sql`);
  });
});
