import { readFile } from 'node:fs/promises';
import { loadModel } from '#detector/onnx/load-model.ts';
import { brierScore, fitTemperature, type Judged } from '#vlm/calibration.ts';
import type { ReviewerEvaluation } from '#vlm/evaluate/options.ts';
import type { Scored } from '#vlm/evaluate/score-answers.ts';
import { scoreSet } from '#vlm/evaluate/score-set.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { shakeHands } from '#vlm/openai/shake-hands.ts';
import type { ProfileId } from '#vlm/profiles.ts';
import { gateFault } from '#vlm/service/gate.ts';
import type { Service } from '#vlm/service/service-file.schema.ts';
import { readService, sha256Of, takeIntoService } from '#vlm/service/service-file.ts';
import { FaultError } from '#host/fault.ts';

/** A reviewer to be taken into service, if it may. */
export interface QualifyCommand {
  readonly set: ReviewerEvaluation;
  /** File that the edge nodes read. */
  readonly serviceFile: string;
  readonly now: Date;
}

const handshakeMs = 120_000;

/**
 * Runs a reviewer over a retained set of known parts and takes it into service unless it misses more defects than the one
 * there; that one stays until then. @returns exit code @throws FaultError REVIEWER_REFUSED, SERVICE_FILE_INVALID
 */
export async function qualify(command: QualifyCommand, tell: (line: string) => void): Promise<number> {
  const { serviceFile, set, now } = command;
  const inService = (await readService(serviceFile))?.inService ?? null;
  const met: { asked: ReviewerOptions; fingerprint: string }[] = [];
  const { scored } = await scoreSet(set, async (asked) => {
    met.push({ asked, fingerprint: await fingerprint(asked) });
  });
  const [{ asked, fingerprint: weights } = { asked: null, fingerprint: '' }] = met;
  if (asked === null) throw new TypeError('nobody was asked');
  const candidate: Service = {
    model: asked.model,
    fingerprint: weights,
    profile: asked.profile.id as ProfileId,
    prompt: { id: asked.prompt.id, sha256: asked.prompt.sha256, text: asked.prompt.text },
    calibration: calibrationOf(scored, tell),
    retained: { sha256: await digestOf(set), ...figuresOf(scored) },
    qualifiedAt: now.toISOString(),
  };
  const { missed, defects, falseCalls, calledDefect } = candidate.retained;
  tell(
    `${asked.model}: misses ${missed} of ${defects} known defects, calls ${calledDefect} of ${falseCalls} false calls a defect`,
  );
  const fault = gateFault(candidate, inService);
  if (fault !== null) {
    tell(`not taken into service: ${fault}; ${inService?.model ?? 'none'} stays`);
    return 1;
  }
  await takeIntoService(serviceFile, candidate);
  const before = inService ? `after ${inService.model}` : 'the first: what it misses is the measure from now on';
  tell(`taken into service (${before}), written to ${serviceFile}; edge nodes read it at their start`);
  return 0;
}

async function fingerprint(asked: ReviewerOptions): Promise<string> {
  const shaken = await shakeHands(asked, AbortSignal.timeout(handshakeMs));
  if (shaken.holds) return shaken.fingerprint;
  const { step, detail, wayOut } = shaken;
  throw new FaultError('REVIEWER_REFUSED', `${step}: ${detail}`, { place: asked.baseUrl, wayOut });
}

/** Digest of what was asked: the file of the set and everything that chooses places from it, the detector's weights too. */
async function digestOf(set: ReviewerEvaluation): Promise<string> {
  const { coco, groups, limit, template, detector, modelDir, scoreFrom, benignCauses, seed } = set;
  const { manifest } = await loadModel(modelDir, detector);
  const file = sha256Of(await readFile(coco, 'utf8'));
  return sha256Of(JSON.stringify([file, groups, limit, template, manifest.sha256, scoreFrom, benignCauses, seed]));
}

function saidDefect({ review }: Scored): boolean {
  return review.kind === 'answered' && review.finding.judgement === 'confirmed';
}

/** An answer that did not come is a miss: it left a defect without the word for it. */
function figuresOf(scored: readonly Scored[]) {
  const defects = scored.filter(({ place }) => place.truth !== null);
  const falseCalls = scored.filter(({ place }) => place.truth === null);
  return {
    defects: defects.length,
    missed: defects.filter((one) => !saidDefect(one)).length,
    falseCalls: falseCalls.length,
    calledDefect: falseCalls.filter(saidDefect).length,
  };
}

function calibrationOf(scored: readonly Scored[], tell: (line: string) => void): Service['calibration'] {
  const answers = scored.flatMap((one): Judged[] => {
    const { review, place } = one;
    if (review.kind !== 'answered' || review.finding.confidence === null) return [];
    return [{ confidence: review.finding.confidence, right: saidDefect(one) === (place.truth !== null) }];
  });
  if (answers.length === 0) return null;
  const temperature = fitTemperature(answers);
  const [before, after] = [brierScore(answers, 1), brierScore(answers, temperature)];
  tell(
    `confidence: temperature ${temperature.toFixed(3)}, Brier score ${before?.toFixed(4)} before, ${after?.toFixed(4)} after`,
  );
  return { temperature, answers: answers.length, sha256: sha256Of(JSON.stringify([temperature, answers.length])) };
}
