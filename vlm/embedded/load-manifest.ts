import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError, type FaultCode } from '#host/fault.ts';
import { reviewerManifestSchema, type ReviewerManifest } from '#vlm/embedded/model-manifest.schema.ts';

/** A model whose files are the ones its manifest describes. */
export interface ReviewerModel {
  readonly manifest: ReviewerManifest;
  readonly languageFile: string;
  readonly visionFile: string;
}

/** The reviewer's model as it is shipped. */
export const shippedReviewerDir = join(import.meta.dirname, '../models/embedded');

/**
 * Reads manifest and weights of a folder and holds each file against its digest: the engine ends its whole process on a
 * damaged file, so it must never see one. @throws FaultError MODEL_MISSING, MODEL_MANIFEST_INVALID, MODEL_DIGEST_MISMATCH
 */
export async function loadManifest(dir: string): Promise<ReviewerModel> {
  const file = join(dir, 'manifest.json');
  const parsed = reviewerManifestSchema.safeParse(parse(await read(file), file));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw fault('MODEL_MANIFEST_INVALID', faults.join('; '), file);
  }
  const { language, vision } = parsed.data;
  for (const weights of [language, vision]) {
    const path = join(dir, weights.file);
    const digest = createHash('sha256')
      .update(await read(path))
      .digest('hex');
    if (digest !== weights.sha256) {
      throw fault('MODEL_DIGEST_MISMATCH', `the file has SHA-256 ${digest}, its manifest says ${weights.sha256}`, path);
    }
  }
  return { manifest: parsed.data, languageFile: join(dir, language.file), visionFile: join(dir, vision.file) };
}

async function read(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw fault('MODEL_MISSING', 'the file cannot be read', path, error);
  });
}

function parse(bytes: Buffer, place: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw fault('MODEL_MANIFEST_INVALID', 'this is no JSON', place, error);
  }
}

function fault(code: FaultCode, message: string, place: string, cause?: unknown): FaultError {
  const wayOut = 'Put the files of this version back into vlm/models/embedded.';
  return new FaultError(code, message, { place, wayOut, cause });
}
