import { answerSchema, type Answer, type AnswerTerms } from '#vlm/answer.schema.ts';
import { answerLimits, toFrame, type SentLayout } from '#vlm/crop-window.ts';
import type { Coordinates } from '#vlm/profiles.ts';
import type { Finding, UnavailableReason } from '#vlm/review.ts';

/** What a server gave for one question. */
export interface Completion {
  readonly finishReason: string | null;
  readonly content: string;
}

/** What an answer is held against. */
export interface Asked {
  readonly id: string;
  readonly labels: readonly string[];
  readonly benignCauses: readonly string[];
  readonly layout: SentLayout;
  readonly coordinates: Coordinates;
}

/** An answer that means something, or the first rung it fell from. */
export type Rung =
  | { readonly kind: 'finding'; readonly finding: Omit<Finding, 'confidence'> }
  | { readonly kind: 'fallen'; readonly reason: UnavailableReason; readonly detail: string };

/**
 * Takes an answer up the ladder: finish reason, JSON (a code fence around it is taken off, nothing else is mended),
 * strict schema, id, box inside the tested panel, box in frame pixels. The first rung that fails names the reason.
 */
export function climb(completion: Completion, asked: Asked): Rung {
  if (completion.finishReason === 'length') return fallen('truncated', 'the answer was cut off at the token limit');
  if (completion.finishReason !== 'stop') {
    return fallen('engine-failed', `the engine stopped with "${completion.finishReason ?? 'no reason'}"`);
  }
  const document = parseJson(completion.content);
  if (!document.ok) return fallen('malformed', document.detail);
  const parsed = answerSchema(termsOf(asked)).safeParse(document.value);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`);
    return fallen('schema', faults.join('; '));
  }
  const answer = parsed.data;
  if (answer.id !== asked.id) return fallen('wrong-id', `asked about "${asked.id}", answered about "${answer.id}"`);
  return toFinding(answer, asked);
}

/** The terms of a question's answer. */
export function termsOf({ labels, benignCauses, layout, coordinates }: Asked): AnswerTerms {
  const most = coordinates.extent ?? Math.max(layout.image.widthPx, layout.image.heightPx);
  return { labels, benignCauses, most };
}

const judgements = { defect: 'confirmed', false_call: 'false-call', uncertain: 'uncertain' } as const;

function toFinding(answer: Answer, asked: Asked): Rung {
  const { label, severity } = answer;
  const finding = {
    judgement: judgements[answer.verdict],
    label,
    severity,
    explanation: plainText(answer.explanation),
  };
  if (answer.verdict === 'uncertain') return { kind: 'finding', finding: { ...finding, box: null } };
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = answer.bbox_2d;
  const limit = answerLimits(asked.layout, asked.coordinates);
  if (x1 >= x2 || y1 >= y2) return fallen('box-outside', `the box [${answer.bbox_2d.join(', ')}] has no inside`);
  if (x2 > limit.x || y2 > limit.y) {
    return fallen(
      'box-outside',
      `the box [${answer.bbox_2d.join(', ')}] leaves the tested part of ${limit.x} x ${limit.y}`,
    );
  }
  const box = toFrame({ x1, y1, x2, y2 }, asked.layout, asked.coordinates);
  return { kind: 'finding', finding: { ...finding, box } };
}

function parseJson(content: string): { ok: true; value: unknown } | { ok: false; detail: string } {
  const fenced = /^\s*```(?:json)?[^\S\n]*\n([\s\S]*?)\n?\s*```\s*$/.exec(content);
  const text = fenced?.[1] ?? content;
  try {
    const value: unknown = JSON.parse(text);
    if (repeatsKey(text, value))
      return { ok: false, detail: 'a key stands twice, and only one of its values can be meant' };
    return { ok: true, value };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether valid JSON says a key of its flat object twice: parsers keep the last and say nothing of the first. */
function repeatsKey(text: string, value: unknown): boolean {
  const keys = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return keys.length > Object.keys(value).length;
}

/** The explanation is untrusted text: one line, no control or direction characters. The schema caps its length. */
function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

function fallen(reason: UnavailableReason, detail: string): Rung {
  return { kind: 'fallen', reason, detail };
}
