import { beforeAll, describe, expect, it } from 'vitest';
import { toInspectionCard } from '#hmi/server/inspection-card.ts';
import { en } from '#hmi/web/texts/en.ts';
import { measuredText, reasonText } from '#hmi/web/texts/reason-text.ts';
import { loadTexts } from '#hmi/web/texts/texts.ts';
import { reasonCodes } from '#rules/reason.ts';
import { testMessage } from '../support/inspection-message.ts';

const card = toInspectionCard(testMessage(3), '2026-11-20T07:00:00.000Z');
const reason = { subject: 'top-d1', value: 0.843, limit: 0.5, detail: 'spur' };

describe('reasons in plain words', () => {
  beforeAll(async () => {
    await loadTexts();
  });

  it('has words for every code that the rules can give, and for no other', () => {
    expect(Object.keys(en.reason).toSorted()).toEqual(Object.keys(reasonCodes).toSorted());
  });

  it.each(Object.keys(reasonCodes))('says %s without a gap', (code) => {
    const text = reasonText({ ...reason, code }, card);
    expect(text).not.toMatch(/\{\{|undefined|reason\./);
    expect(text.length).toBeGreaterThanOrEqual(10);
  });

  it.each([
    {
      name: 'a certain defect',
      given: { ...reason, code: 'defect-certain' },
      text: 'Spur: the detector is certain',
      measured: 'certainty 84%, fails from 50%',
    },
    {
      name: 'a defect a little below the limit, as what it is',
      given: { ...reason, code: 'defect-doubtful', value: 0.7963, limit: 0.8 },
      text: 'Spur: the detector is not certain',
      measured: 'certainty 79%, fails from 80%',
    },
    {
      name: 'a doubtful frame',
      given: { ...reason, code: 'frame-invalid', subject: 'view:top', value: null, limit: null, detail: 'blurred' },
      text: 'View top: the frame is blurred',
      measured: '',
    },
    {
      name: 'a silent reviewer',
      given: { ...reason, code: 'review-unavailable', value: null, limit: null, detail: 'timeout' },
      text: 'A second opinion was needed and did not come: no answer in time',
      measured: '',
    },
    {
      name: 'a box elsewhere',
      given: { ...reason, code: 'iou-below-limit', value: 0.12, limit: 0.4, detail: '' },
      text: 'The reviewer points somewhere else than the detector',
      measured: 'overlap 12%, at least 40%',
    },
    {
      name: 'a small box elsewhere',
      given: { ...reason, code: 'iou-below-limit', value: 9, limit: 4, detail: '' },
      text: 'The reviewer points somewhere else than the detector',
      measured: 'edges 9 px apart, at most 4 px',
    },
    {
      name: 'a suspicion, named by its detection where the reason names none',
      given: { ...reason, code: 'candidate-held', value: 0.31, limit: 0.25, detail: '' },
      text: 'Spur: a suspicion too strong to let the part pass',
      measured: 'certainty 31%, held from 25%',
    },
    {
      name: 'a locked station',
      given: { ...reason, code: 'station-locked', value: null, limit: null, detail: 'challenge-failed' },
      text: 'The station is locked: A known bad part did not fail.',
      measured: '',
    },
    {
      name: 'a code of a newer version',
      given: { ...reason, code: 'moon-phase', detail: 'full' },
      text: 'moon-phase: full',
      measured: '0.84, limit 0.5',
    },
  ])('says $name', ({ given, text, measured }) => {
    expect(reasonText(given, card)).toBe(text);
    expect(measuredText(given)).toBe(measured);
  });
});
