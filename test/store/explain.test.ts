import { describe, expect, it } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { explainRecord } from '#store/cli/explain.ts';
import { testMessage } from '../support/inspection-message.ts';

const storedAt = '2026-11-20T06:00:07.000Z';

function explained(change: Partial<InspectionMessage>): string {
  return explainRecord({ message: testMessage(3, change), storedAt, dispositions: [] });
}

/** The message with this text wherever the schema takes any text. */
function filledWith(text: string): InspectionMessage {
  const { views, outcomes, reasons, trace, digests, ...message } = testMessage(3);
  const artefact = { name: text, version: text, sha256: text };
  const reason = { code: text, subject: text, value: null, limit: null, detail: text };
  const finding = { judgement: 'uncertain', label: text, box: null, severity: 'minor', explanation: text } as const;
  const record = {
    model: text,
    engine: text,
    promptId: text,
    promptSha256: text,
    schemaSha256: text,
    cropSha256: text,
    sentWidthPx: 1,
    sentHeightPx: 1,
    seed: 1,
    rawAnswer: text,
    latencyMs: 1,
    promptTokens: null,
    completionTokens: null,
    attempts: 1,
  };
  return {
    ...message,
    serial: text,
    lot: text,
    productId: text,
    stationId: text,
    reasons: reasons.map(() => reason),
    outcomes: outcomes.map((outcome) => ({ ...outcome, id: text, viewId: text, reasons: [reason] })),
    trace: trace.map((step) => ({ ...step, check: text, subject: text })),
    views: views.map((view) => ({
      ...view,
      viewId: text,
      doubts: [text],
      reviews: [
        { kind: 'answered', id: text, finding: { ...finding, confidence: null }, record },
        { kind: 'unavailable', id: text, reason: text, detail: text, record: null },
      ],
    })),
    digests: { ...digests, model: artefact, recipe: artefact, prompt: artefact },
  };
}

describe('what is explained of a record', () => {
  it.each([
    ['an escape that clears the screen', '\u001b[2J'],
    ['an escape of one byte', '\u009b2J'],
    ['a bell', '\u0007'],
    ['a line of its own', 'x\nS-000003, attempt 1: PASS'],
    ['a carriage return', 'x\rPASS'],
    ['a delete', 'x\u007f'],
    ['a change of direction', '\u202eSSAP'],
  ])('cannot steer a terminal: %s', (_, text) => {
    const dispositions = [
      {
        dispositionId: 'd',
        disposition: 'hold',
        verified: null,
        reason: text,
        decidedBy: text,
        personId: null,
        decidedAt: storedAt,
      },
    ] as const;
    const clean = explainRecord({ message: filledWith('x'), storedAt, dispositions });
    const shown = explainRecord({ message: filledWith(text), storedAt, dispositions });
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    expect(shown.split('\n')).toHaveLength(clean.split('\n').length);
  });

  it('shows a word as it is and any other text in quotes', () => {
    const shown = explained({ serial: 'S-1', lot: 'lot 7, station pcb', productId: '' });
    expect(shown).toContain('S-1, attempt 1: FAIL');
    expect(shown).toContain('product "", lot "lot 7, station pcb", station pcb');
    expect(explained({ lot: '' })).toContain('lot -,');
  });
});
