import type { InspectionMessage } from '#edge/messages.schema.ts';
import { placeFor } from '#rules/place-for.ts';
import type { Example, ExampleKind, ExampleQuestion, ExampleRecipe, LeftOut, Truth } from '#store/examples/example.ts';
import { disagreements, type HardInspection } from '#store/queries/hard-examples.ts';

type View = InspectionMessage['views'][number];
type Outcome = InspectionMessage['outcomes'][number];
type Found = View['detections'][number];

/** A place that was called, or of which the stages spoke differently. */
interface Place {
  readonly view: View;
  readonly found: Found;
  readonly outcome: Outcome;
  readonly called: boolean;
}

/** What an inspection is worth as an example, and what of it is not exported. */
export interface Chosen {
  readonly example: Example | null;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Makes an example of an inspection. Pure. The truth is what people said, as far as they said it: "no defect" makes every
 * view with a call clean; "a defect" tells the place only where exactly one place was called; of anything else nothing is
 * known, and the image says so instead of looking clean.
 */
export function chooseExample(
  { message, saw, reason }: Pick<HardInspection, 'message' | 'saw' | 'reason'>,
  recipe: ExampleRecipe | null,
): Chosen {
  const none = (why: LeftOut['why']): Chosen => ({ example: null, leftOut: [{ of: 'inspection', why }] });
  if (recipe === null) return none('recipe-unknown');
  // Neither a defect nor clean: there is something, and it is allowed.
  if (reason === 'within-limits') return none('within-limits');
  const places = placesOf(message);
  const kinds = kindsOf(message, saw, places);
  const truth = truthOf({ saw, verdict: message.verdict }, places, recipe);
  const shown = kinds.includes('escape')
    ? message.views
    : message.views.filter((view) => places.some((place) => place.view === view));
  if (shown.length === 0) return none('nothing-called');
  const leftOut: LeftOut[] = [];
  const views = shown.flatMap((view) => {
    if (view.frameSha256 === null) return [];
    const own = places.filter((place) => place.view === view);
    if (truth === 'defect' && !own.some(({ called }) => called)) return [];
    const taught = own.map((place) => questionOf(place, { truth, saw, reason, recipe }));
    for (const one of taught) if (typeof one === 'string') leftOut.push({ of: 'line', why: one });
    const { viewId, frameSha256, goldenSha256, widthPx, heightPx, capturedAt } = view;
    const defects = truth === 'defect' ? own.filter(({ called }) => called).map(defectAt) : [];
    const questions = taught.filter((one) => typeof one !== 'string');
    return [{ viewId, frameSha256, goldenSha256, widthPx, heightPx, capturedAt, defects, questions }];
  });
  if (views.length === 0) return none('no-frame');
  const { inspectionId, decidedAt, stationId, serial, simulated, digests } = message;
  const recipeSha256 = digests.recipe?.sha256 ?? '';
  const facts = { inspectionId, decidedAt, stationId, serial, simulated, recipe, recipeSha256 };
  return { example: { ...facts, kinds, truth, views }, leftOut };
}

function placesOf(message: InspectionMessage): readonly Place[] {
  return message.outcomes.flatMap((outcome) => {
    const view = message.views.find(({ viewId }) => viewId === outcome.viewId);
    const found = [...(view?.detections ?? []), ...(view?.candidates ?? [])].find(({ id }) => id === outcome.id);
    const called = outcome.outcome !== 'accept';
    if (!view || !found || !(called || disagreementsOf(outcome).length > 0)) return [];
    return [{ view, found, outcome, called }];
  });
}

function disagreementsOf({ reasons }: Outcome): readonly ExampleKind[] {
  return (['refused', 'lowered', 'raised'] as const).filter((kind) =>
    reasons.some(({ code }) => disagreements[kind].includes(code)),
  );
}

function kindsOf(
  { verdict }: InspectionMessage,
  saw: HardInspection['saw'],
  places: readonly Place[],
): readonly ExampleKind[] {
  const kinds = new Set<ExampleKind>();
  if (verdict !== 'pass' && saw === 'false-call') kinds.add('false-call');
  if (verdict === 'pass' && saw === 'defect') kinds.add('escape');
  for (const { outcome } of places) for (const kind of disagreementsOf(outcome)) kinds.add(kind);
  return [...kinds];
}

function truthOf(
  { saw, verdict }: Pick<HardInspection, 'saw'> & Pick<InspectionMessage, 'verdict'>,
  places: readonly Place[],
  recipe: ExampleRecipe,
): Truth {
  if (saw === 'false-call') return 'clean';
  const [called, another] = places.filter((place) => place.called);
  const known = called !== undefined && recipe.labels.some(({ label }) => label === called.found.label);
  return saw === 'defect' && verdict !== 'pass' && known && another === undefined ? 'defect' : 'open';
}

/** A detector's box has a margin; the truth is what differs inside it, where the model says which pixels those are. */
function defectAt({ found }: Place) {
  return { label: found.label, box: placeFor(null, found, 'region') };
}

interface Taught extends Pick<HardInspection, 'saw' | 'reason'> {
  readonly truth: Truth;
  readonly recipe: ExampleRecipe;
}

type NoLine = 'not-judged' | 'place-unknown' | 'cause-unknown';
type Finding = Extract<View['reviews'][number], { kind: 'answered' }>['finding'];

function questionOf(place: Place, taught: Taught): ExampleQuestion | NoLine {
  const { truth, saw } = taught;
  if (truth === 'open') return saw === null ? 'not-judged' : 'place-unknown';
  if (truth === 'defect' && !place.called) return 'place-unknown';
  const { found, view } = place;
  const review = view.reviews.find(({ id }) => id === found.id);
  const finding = review?.kind === 'answered' ? review.finding : null;
  const answer = truth === 'defect' ? defectAnswer(place, finding, taught) : cleanAnswer(finding, taught);
  const { id, label, score, box } = found;
  return answer ? { id, label, score, box, record: review?.record ?? null, answer } : 'cause-unknown';
}

function defectAnswer(place: Place, finding: Finding | null, { recipe }: Taught): ExampleQuestion['answer'] {
  const { label, box } = defectAt(place);
  const severity = recipe.labels.find((rule) => rule.label === label)?.severity ?? 'major';
  const agrees = finding?.judgement === 'confirmed' && finding.label === label;
  return { verdict: 'defect', label, severity, box, explanation: agrees ? finding.explanation : null };
}

const nothingThere = { verdict: 'uncertain', label: 'none', severity: 'minor', box: null, explanation: null } as const;

function cleanAnswer(finding: Finding | null, { reason, recipe }: Taught): ExampleQuestion['answer'] | null {
  // The reviewer was right, whatever a check said of it: it named a harmless cause, and a person saw no defect.
  if (finding?.judgement === 'false-call' && recipe.benignCauses.includes(finding.label)) {
    const { label, severity, box, explanation } = finding;
    return { verdict: 'false_call', label, severity, box, explanation };
  }
  // Of anything else harmless nobody wrote down what it was: no answer would be true.
  return reason === 'no-defect' ? nothingThere : null;
}
