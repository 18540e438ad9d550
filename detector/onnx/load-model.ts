import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { ModelManifest } from '#detector/model-manifest.ts';
import { modelManifestSchema } from '#detector/model-manifest.schema.ts';
import { readOpset } from '#detector/onnx/read-opset.ts';
import { FaultError } from '#host/fault.ts';

/** A model as it stands on disk, checked against its manifest. */
export interface LoadedModel {
  readonly manifest: ModelManifest;
  /** Path of the manifest, for faults. */
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** Reads manifest and ONNX file of the model `name` (a folder inside modelDir, or a path to a manifest.json). */
export async function loadModel(modelDir: string, name: string): Promise<LoadedModel> {
  const place = name.endsWith('.json') ? name : join(modelDir, name, 'manifest.json');
  const manifest = parseManifest(new TextDecoder().decode(await readModelFile(place)), place);
  checkTile(manifest, place);
  const file = join(dirname(place), manifest.file);
  const bytes = await readModelFile(file);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== manifest.sha256) {
    throw new FaultError('MODEL_DIGEST_MISMATCH', `SHA-256 is ${digest}, the manifest says ${manifest.sha256}`, {
      place: file,
      wayOut: 'Put back the file the manifest was written for, or export the model again.',
    });
  }
  const opset = readOpset(bytes);
  if (opset !== manifest.opset) {
    throw new FaultError(
      'MODEL_LAYOUT_MISMATCH',
      `the opset is ${opset ?? 'unknown'}, the manifest says ${manifest.opset}`,
      {
        place: file,
        wayOut: 'Correct opset in the manifest, or export the model again.',
      },
    );
  }
  return { manifest, place, bytes };
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FaultError('MODEL_MISSING', 'the model file cannot be read', {
      place: path,
      wayOut: 'Check HAIRLINE_MODEL_DIR and the model named in the recipe.',
      cause,
    });
  }
}

function parseManifest(text: string, place: string): ModelManifest {
  const invalid = (message: string, cause?: unknown): FaultError =>
    new FaultError('MODEL_MANIFEST_INVALID', message, {
      place,
      wayOut: 'Correct these keys; docs/models.md describes the manifest.',
      cause,
    });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw invalid('the manifest is not JSON', cause);
  }
  const parsed = modelManifestSchema.safeParse(document);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).replaceAll('\n', '; '), parsed.error);
  return parsed.data;
}

function checkTile(manifest: ModelManifest, place: string): void {
  const { sidePx, regionPx, sideMultiple } = manifest.tile;
  for (const [key, side] of Object.entries({ sidePx, regionPx: regionPx ?? sidePx })) {
    if (side % sideMultiple === 0 && side <= sidePx) continue;
    throw new FaultError(
      'MODEL_TILE_MISMATCH',
      `tile.${key} ${side} is no multiple of ${sideMultiple} up to ${sidePx}`,
      {
        place,
        wayOut: 'Correct the tile in the manifest to what the model was trained at.',
      },
    );
  }
}
