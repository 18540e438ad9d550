import { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from '#detector/model-manifest.ts';
import { sumPrecision } from '#detector/onnx/eight-bit-sums.ts';
import type { LoadedModel } from '#detector/onnx/load-model.ts';
import { FaultError } from '#host/fault.ts';

/** A session whose inputs and outputs are those of the manifest. */
export interface ModelSession {
  readonly session: InferenceSession;
  /** Sizes the graph is fixed to; null where it takes any. */
  readonly fixed: { readonly batch: number | null; readonly heightPx: number | null; readonly widthPx: number | null };
}

const tensorRank = { heat: 4, box: 4, mask: 4, predictions: 3, boxes: 3, logits: 3 } as const;

/** Opens the session and compares its inputs and outputs with the manifest: MODEL_LAYOUT_MISMATCH, MODEL_TILE_MISMATCH. */
export async function openSession(model: LoadedModel, threads: number): Promise<ModelSession> {
  const session = await createSession(model, threads);
  const fixed = checkInput(session, model);
  checkOutputs(session, model);
  return { session, fixed };
}

async function createSession(model: LoadedModel, threads: number): Promise<InferenceSession> {
  // A fault of the probe is none of the model.
  const x64quantprecision = await sumPrecision();
  try {
    return await InferenceSession.create(model.bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      extra: {
        session: {
          // measured: threads that spin while they wait cost ten times the inference where other processes want the cores
          intra_op: { allow_spinning: '0' },
          x64quantprecision,
        },
      },
    });
  } catch (cause) {
    throw layoutFault(model, `the ONNX file cannot be opened: ${String(cause)}`);
  }
}

function checkInput(session: InferenceSession, model: LoadedModel): ModelSession['fixed'] {
  const { input, tile } = model.manifest;
  const metadata = session.inputMetadata.find(({ name }) => name === input.name);
  if (session.inputMetadata.length !== 1 || !metadata?.isTensor)
    throw layoutFault(model, `the inputs are ${session.inputNames.join(', ')}, the manifest says ${input.name}`);
  if (metadata.type !== input.dtype)
    throw layoutFault(model, `the input takes ${metadata.type}, the manifest says ${input.dtype}`);
  const [batch, channels, heightPx, widthPx] = inputSizes(metadata.shape);
  if (metadata.shape.length !== 4 || (channels !== null && channels !== input.channels.length))
    throw layoutFault(model, `the input is [${metadata.shape.join(', ')}], not [N, ${input.channels.length}, H, W]`);
  for (const side of [heightPx, widthPx]) if (side !== null && side !== tile.sidePx) throw tileFault(model, side);
  return { batch, heightPx, widthPx };
}

type Size = number | null;

function inputSizes(shape: readonly (number | string)[]): readonly [Size, Size, Size, Size] {
  const [batch = null, channels = null, heightPx = null, widthPx = null] = shape.map((size) =>
    typeof size === 'number' && size > 0 ? size : null,
  );
  return [batch, channels, heightPx, widthPx];
}

function tileFault(model: LoadedModel, side: number): FaultError {
  const { sidePx } = model.manifest.tile;
  return new FaultError('MODEL_TILE_MISMATCH', `the graph takes ${side} px, tile.sidePx says ${sidePx}`, {
    place: model.place,
    wayOut: 'Set tile.sidePx to the size of the graph; frames are never resized.',
  });
}

function checkOutputs(session: InferenceSession, model: LoadedModel): void {
  for (const [role, name] of Object.entries(model.manifest.outputs)) {
    const metadata = session.outputMetadata.find((output) => output.name === name);
    if (!metadata?.isTensor)
      throw layoutFault(
        model,
        `the outputs are ${session.outputNames.join(', ')}; ${role} "${name}" is not among them`,
      );
    if (metadata.type !== 'float32') throw layoutFault(model, `the output ${name} gives ${metadata.type}, not float32`);
    const rank = tensorRank[role as keyof typeof tensorRank];
    if (metadata.shape.length > 0 && metadata.shape.length !== rank)
      throw layoutFault(model, `the output ${name} has ${metadata.shape.length} dimensions, not ${rank}`);
  }
}

/** Compares the shapes of real outputs with what the head needs; `sizes` are dims of the roles in the manifest. */
export function checkShapes(model: LoadedModel, dims: Readonly<Record<string, readonly number[]>>): void {
  const { manifest } = model;
  const labels = manifest.labels.length;
  const expected = shapeRules(manifest, labels);
  for (const [role, holds] of Object.entries(expected)) {
    const shape = dims[role] ?? [];
    if (!holds(shape))
      throw layoutFault(model, `the output ${role} has the shape [${shape.join(', ')}] for ${labels} labels`);
  }
}

function shapeRules(manifest: ModelManifest, labels: number): Record<string, (dims: readonly number[]) => boolean> {
  switch (manifest.head) {
    case 'centre':
      return { heat: (d) => d[1] === labels, box: (d) => d[1] === 4, mask: (d) => d[1] === 1 };
    case 'yolo':
      return { predictions: (d) => d[1] === 4 + labels };
    case 'detr':
      return { boxes: (d) => d[2] === 4, logits: (d) => d[2] === labels || d[2] === labels + 1 };
  }
}

/** MODEL_LAYOUT_MISMATCH for a loaded model. */
export function layoutFault(model: LoadedModel, message: string): FaultError {
  return new FaultError('MODEL_LAYOUT_MISMATCH', message, {
    place: model.place,
    wayOut: 'Correct input, outputs, head and labels in the manifest; docs/models.md describes the layouts.',
  });
}
