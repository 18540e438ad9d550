import type { Box } from '#detector/box.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Answer } from '#vlm/answer.schema.ts';

/**
 * Why an inspection is an example to learn from. People corrected the verdict: `false-call`, `escape`. Or the stages
 * disagreed: the reviewer was `refused` by a check, `lowered` a call or `raised` one.
 */
export type ExampleKind = 'false-call' | 'escape' | 'refused' | 'lowered' | 'raised';

/** What is known of the part: no defect, a defect at a known place, or nothing that could be taught. */
export type Truth = 'clean' | 'defect' | 'open';

/** Recipe by which an example was decided, as far as examples need it. */
export interface ExampleRecipe {
  readonly id: string;
  readonly sha256: string;
  readonly labels: readonly { readonly label: string; readonly severity: Answer['severity'] }[];
  readonly benignCauses: readonly string[];
  readonly ask: 'named' | 'anchored' | 'blind';
  readonly language: 'en' | 'zh';
}

type Review = InspectionMessage['views'][number]['reviews'][number];

/** A question to the reviewer with the answer it should have given. */
export interface ExampleQuestion {
  readonly id: string;
  readonly label: string;
  readonly score: number;
  /** Where the detector looked, in frame pixels. */
  readonly box: Box;
  /** How it was asked at the line; null where nothing was sent. */
  readonly record: Review['record'];
  /** `box` in frame pixels, null for uncertain; `explanation` null: one is written in the recipe's language. */
  readonly answer: Pick<Answer, 'verdict' | 'label' | 'severity'> & {
    readonly box: Box | null;
    readonly explanation: string | null;
  };
}

/** One view of an example, with its truth in frame pixels. */
export interface ExampleView {
  readonly viewId: string;
  readonly frameSha256: string;
  readonly goldenSha256: string | null;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly capturedAt: string | null;
  readonly defects: readonly { readonly label: string; readonly box: Box }[];
  readonly questions: readonly ExampleQuestion[];
}

/** An inspection to learn from. */
export interface Example {
  readonly inspectionId: string;
  readonly decidedAt: string;
  readonly stationId: string;
  readonly serial: string;
  readonly simulated: boolean;
  readonly recipe: ExampleRecipe;
  /** Digest of the recipe in force then; the one loaded now may be another. */
  readonly recipeSha256: string;
  readonly kinds: readonly ExampleKind[];
  readonly truth: Truth;
  readonly views: readonly ExampleView[];
}

/** What is not exported, and why; nothing is left out in silence. */
export const whyLeftOut = {
  inspection: ['recipe-unknown', 'within-limits', 'nothing-called', 'no-frame'],
  image: ['image-gone', 'image-not-fetched', 'golden-gone', 'golden-not-fetched'],
  line: [
    'not-judged',
    'place-unknown',
    'cause-unknown',
    'image-gone',
    'image-not-fetched',
    'golden-gone',
    'golden-not-fetched',
    'image-unreadable',
    'answer-invalid',
    'crop-on-other-side',
  ],
} as const;

/** What is left out: an inspection, an image of the COCO file, or a line of the chat file. */
export type LeftOutOf = keyof typeof whyLeftOut;

export interface LeftOut {
  readonly of: LeftOutOf;
  readonly why: (typeof whyLeftOut)[LeftOutOf][number];
}
