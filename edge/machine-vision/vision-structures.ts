import {
  DataType,
  Variant,
  VariantArrayType,
  type AddressSpace,
  type ExtensionObject,
  type VariantOptions,
} from 'node-opcua';
import { noId, type VisionId, type VisionRecipe } from '#edge/machine-vision/vision-ids.ts';
import type { VisionResult } from '#edge/machine-vision/vision-results.ts';

export const machineVisionNamespace = 'http://opcfoundation.org/UA/MachineVision';

/** Structures of OPC 40100-1, built with the types of its own node set. */
export interface Structures {
  readonly make: (dataType: string, fields: Record<string, unknown>) => ExtensionObject;
  readonly recipe: (kind: 'External' | 'Internal', id: VisionId | VisionRecipe) => ExtensionObject;
  readonly configuration: (id: VisionId) => ExtensionObject;
  /** A structure whose only field that counts is its id: JobIdDataType, PartIdDataType and their like. */
  readonly id: (dataType: string, id: string) => ExtensionObject;
  readonly result: (result: VisionResult) => ExtensionObject;
}

export function createStructures(addressSpace: AddressSpace): Structures {
  const namespace = addressSpace.getNamespaceIndex(machineVisionNamespace);
  const make = (dataType: string, fields: Record<string, unknown>): ExtensionObject => {
    const type = addressSpace.findDataType(dataType, namespace);
    if (!type) throw new Error(`the node set has no ${dataType}`);
    return addressSpace.constructExtensionObject(type, fields);
  };
  const id: Structures['id'] = (dataType, value) => make(dataType, { id: value });
  const recipe: Structures['recipe'] = (kind, of) => make(`RecipeId${kind}DataType`, binaryId(of));
  const configuration: Structures['configuration'] = (of) => make('ConfigurationIdDataType', binaryId(of));
  const result: Structures['result'] = (of) =>
    make('ResultDataType', {
      resultId: { id: of.resultId },
      hasTransferableDataOnFile: true,
      isPartial: false,
      isSimulated: of.isSimulated,
      resultState: of.resultState,
      measId: of.measId === '' ? undefined : { id: of.measId },
      partId: { id: of.partId },
      externalRecipeId: binaryId(of.recipe),
      internalRecipeId: binaryId(of.recipe),
      productId: { id: of.productId },
      internalConfigurationId: binaryId(of.configuration),
      jobId: { id: of.jobId },
      creationTime: of.createdAt,
      processingTimes: timesOf(of),
      resultContent: [new Variant({ dataType: DataType.String, value: of.content })],
    });
  return { make, recipe, configuration, id, result };
}

/** How long the parts of the work took, as fields of ProcessingTimesDataType. */
export function timesOf({ startedAt, createdAt, acquisitionMs, processingMs }: VisionResult): Record<string, unknown> {
  return {
    startTime: startedAt,
    endTime: createdAt,
    acquisitionDuration: acquisitionMs,
    processingDuration: processingMs,
  };
}

function binaryId(of: VisionId | VisionRecipe): Record<string, unknown> {
  const hash = of.sha256 === '' ? {} : { hash: Buffer.from(of.sha256, 'hex'), hashAlgorithm: 'SHA-256' };
  const description = 'description' in of ? { description: { text: of.description } } : {};
  return { id: of.id, version: of.version === '' ? undefined : of.version, ...hash, ...description };
}

/** An id as a client sent it; what it left out is ''. */
export function readId(sent: Variant | undefined): VisionId {
  const fields: unknown = sent?.value;
  if (typeof fields !== 'object' || fields === null) return noId;
  const text = (key: string): string => {
    const value: unknown = Reflect.get(fields, key);
    return typeof value === 'string' ? value.trim() : '';
  };
  const hash: unknown = Reflect.get(fields, 'hash');
  return { id: text('id'), version: text('version'), sha256: hash instanceof Uint8Array ? toHex(hash) : '' };
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function structure(value: ExtensionObject): VariantOptions {
  return { dataType: DataType.ExtensionObject, value };
}

export function structures(value: readonly ExtensionObject[]): VariantOptions {
  return { dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value };
}

export function int32(value: number): VariantOptions {
  return { dataType: DataType.Int32, value };
}

export function uint32(value: number): VariantOptions {
  return { dataType: DataType.UInt32, value };
}

export function boolean(value: boolean): VariantOptions {
  return { dataType: DataType.Boolean, value };
}

export function instant(value: Date): VariantOptions {
  return { dataType: DataType.DateTime, value };
}

/** Values of any type, here one JSON text. */
export function content(json: string): VariantOptions {
  const value = [new Variant({ dataType: DataType.String, value: json })];
  return { dataType: DataType.Variant, arrayType: VariantArrayType.Array, value };
}
