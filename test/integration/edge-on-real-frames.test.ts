import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShownPart } from '#line/part-source.ts';
import { startContractServer, type ContractServer, type Script } from '../support/contract-server.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { reviewerOf } from '../support/reviewer-question.ts';
import { agree, answerWithBox, lookElsewhere, scaleBox, sentOf } from '../support/scripted-answers.ts';
import { boardWithOneDefect, doubtfulRecipe, judgeOnePart } from '../support/whole-edge.ts';

// A board with one defect, always the same, on a real OPC UA station, through the shipped detector and the whole edge.
// What changes is the answer of the reviewer. Every call of the detector is doubtful here, so that the reviewer has a say.
const goldens = scratchFolder();
let server: ContractServer;
let part: ShownPart;
beforeAll(async () => {
  server = await startContractServer(agree);
  part = await boardWithOneDefect(goldens.path, 'short');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  goldens[Symbol.dispose]();
});

/** A strip along the left edge of the detection: inside its box, beside its region. */
const besideTheRegion: Script = (request) => {
  const { x1, y1, x2, y2 } = sentOf(request).box;
  const strip = { x1, y1, x2: x1 + Math.max(2, (x2 - x1) * 0.12), y2 };
  return { kind: 'answer', content: answerWithBox(request, strip) };
};
const cutOff: Script = ({ id }) => ({ kind: 'answer', content: `{"id":"${id}","verd`, finishReason: 'length' });
const tooLate: Script = () => ({ kind: 'late', afterMs: 60_000, next: { kind: 'status', status: 500 } });
const anyPlace = { iouFrom: 0.02, areaRatio: [0.02, 50], smallBoxes: null };

describe('a drawn board with a doubtful defect, on a real station', () => {
  it.each([
    { name: 'an agreeing answer', script: agree, review: {}, expected: 'fail: defect-raised' },
    { name: 'a box elsewhere', script: lookElsewhere, review: {}, expected: 'undecided: iou-below-limit' },
    { name: 'a wrong area', script: scaleBox(1.8), review: { iouFrom: 0.1 }, expected: 'undecided: area-out-of-range' },
    { name: 'a disconnected box', script: besideTheRegion, review: anyPlace, expected: 'undecided: region-none' },
    { name: 'a late answer', script: tooLate, review: {}, expected: 'undecided: review-unavailable timeout' },
    { name: 'truncated JSON', script: cutOff, review: {}, expected: 'undecided: review-unavailable truncated' },
  ])('$name gives $expected', async ({ script, review, expected }) => {
    using folder = scratchFolder();
    server.play(script);
    const recipeDir = doubtfulRecipe(folder.path, { review });
    const ask = reviewerOf(server).ask;
    const { inspected, given } = await judgeOnePart(folder.path, part, { goldenDir: goldens.path, recipeDir, ask });

    const said = inspected.verdict.reasons.map(({ code, detail }) =>
      code === 'review-unavailable' ? `${code} ${detail}` : code,
    );
    const [verdict = '', reason] = expected.split(': ');
    expect(inspected.verdict.verdict).toBe(verdict);
    expect(said).toContain(reason);
    expect(given).toEqual({ pass: 0, fail: 0, undecided: 0, [verdict]: 1 });
    expect(server.faults).toEqual([]);
  });
});
