import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { decide } from '#rules/decide.ts';
import type { ViewEvidence } from '#rules/evidence.ts';
import { recordedEvidence } from '#rules/recorded-evidence.ts';
import { cases } from './arbitraries.ts';
import { aDetection, aRecipe, aView } from './builders.ts';

/** A view as a message keeps it. */
const aRecorded = (): InspectionMessage['views'][number] => ({
  ...(JSON.parse(JSON.stringify(aView({ detections: [aDetection()] }))) as InspectionMessage['views'][number]),
  cameraId: 'camera-1',
  frameId: 7,
  frameSha256: null,
  measured: {},
});

/** JSON has no NaN: the schema of a message refuses a score that is no number. */
function hasScores({ detections, candidates }: ViewEvidence): boolean {
  return [...detections, ...candidates].every(({ score }) => Number.isFinite(score));
}

describe('evidence read back from a stored inspection', () => {
  it('is what was decided on, for a message of the edge', () => {
    const views = [aRecorded()];
    expect(recordedEvidence({ views })).toEqual({ views: [aView({ detections: [aDetection()] })], independent: [] });
  });

  it('gives the same verdict again, unless something independent had lowered', () => {
    const law = fc.property(cases, ({ recipe, evidence }) => {
      fc.pre(evidence.views.every(hasScores));
      const kept = JSON.parse(JSON.stringify(evidence)) as typeof evidence;
      const again = decide(recordedEvidence(kept), recipe);
      const first = decide({ ...evidence, independent: [] }, recipe);
      return again.verdict === first.verdict;
    });
    expect(fc.check(law, { numRuns: 500 }).counterexample).toBeNull();
  });

  it('takes a word that it does not know for a doubt', () => {
    const view = { ...aRecorded(), doubts: ['fogged', 'blurred'] };
    expect(recordedEvidence({ views: [view] }).views[0]?.doubts).toEqual(['unreadable', 'blurred']);
  });

  it.each([
    { word: 'timeout', reason: 'timeout' },
    { word: 'tired', reason: 'malformed' },
    { word: 'toString', reason: 'malformed' },
  ])('keeps $word as $reason', ({ word, reason }) => {
    const reviews = [{ kind: 'unavailable' as const, id: 'top-d1', reason: word, detail: '', record: null }];
    const evidence = recordedEvidence({ views: [{ ...aRecorded(), reviews }] });
    expect(evidence.views[0]?.reviews).toEqual([{ ...reviews[0], reason }]);
    expect(decide(evidence, aRecipe()).verdict).toBe('undecided');
  });
});
