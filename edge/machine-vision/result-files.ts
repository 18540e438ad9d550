import {
  DataType,
  NodeId,
  StatusCodes,
  VariantArrayType,
  type Namespace,
  type UAObject,
  type UAVariable,
  type Variant,
} from 'node-opcua';
import {
  bindMethods,
  good,
  numberOf,
  unsupported,
  type Method,
  type MethodAnswer,
} from '#edge/machine-vision/bind-methods.ts';
import type { ResultRing } from '#edge/machine-vision/vision-results.ts';
import { readId, uint32 } from '#edge/machine-vision/vision-structures.ts';

/** A file that a client reads; it is gone when closed, or not touched for so long. */
const patienceMs = 60_000;
/** More open files than this at one time are refused. */
const filesAtMost = 16;

interface OpenFile {
  readonly node: UAObject;
  readonly bytes: Buffer;
  readonly handle: number;
  position: number;
  expiry: NodeJS.Timeout;
}

/**
 * Binds the transfer of a result's file: OPC 40100-1, section 7.11, on OPC 10000-5, annex C. The file is the message of the
 * inspection as committed, JSON in UTF-8. Returns what closes every open file.
 */
export function bindResultFiles(transfer: UAObject, namespace: Namespace, results: ResultRing): () => void {
  const open = new Map<number, OpenFile>();
  let lastHandle = 0;
  const close = (file: OpenFile): void => {
    clearTimeout(file.expiry);
    open.delete(file.handle);
    namespace.addressSpace.deleteNode(file.node);
  };
  const generate: Method = ([options]) => {
    const result = results.find(readId(idOf(options)).id);
    if (!result) return { statusCode: StatusCodes.BadNotFound, outputArguments: [] };
    if (open.size >= filesAtMost) return { statusCode: StatusCodes.BadTooManyOperations, outputArguments: [] };
    lastHandle += 1;
    const bytes = Buffer.from(result.file);
    const node = createFileNode(transfer, namespace, { number: lastHandle, bytes: bytes.length });
    const expiry = setTimeout(() => close(file), patienceMs).unref();
    const file: OpenFile = { node, bytes, handle: lastHandle, position: 0, expiry };
    open.set(file.handle, file);
    bindMethods(node, fileMethods(file, close));
    const nothingToWaitFor = { dataType: DataType.NodeId, value: NodeId.nullNodeId };
    return good({ dataType: DataType.NodeId, value: node.nodeId }, uint32(file.handle), nothingToWaitFor);
  };
  bindMethods(transfer, {
    GenerateFileForRead: generate,
    GenerateFileForWrite: unsupported,
    CloseAndCommit: unsupported,
  });
  const timeout = transfer.getPropertyByName('ClientProcessingTimeout') as UAVariable | null;
  timeout?.setValueFromSource({ dataType: DataType.Double, value: patienceMs });
  return () => {
    for (const file of open.values()) close(file);
  };
}

/** ResultTransferOptions hold the id of the result in a structure of their own. */
function idOf(options: Variant | undefined): Variant | undefined {
  const fields: unknown = options?.value;
  if (typeof fields !== 'object' || fields === null) return undefined;
  return { value: Reflect.get(fields, 'id') as unknown } as Variant;
}

function createFileNode(
  transfer: UAObject,
  namespace: Namespace,
  { number, bytes }: { readonly number: number; readonly bytes: number },
): UAObject {
  const fileType = namespace.addressSpace.findObjectType('FileType');
  if (!fileType) throw new Error('the standard node set has no FileType');
  const name = `File${number}`;
  const node = fileType.instantiate({
    namespace,
    browseName: name,
    nodeId: `s=${name}`,
    componentOf: transfer,
    optionals: ['MimeType'],
  });
  const set = (property: string, dataType: DataType, value: unknown): void => {
    const variable = node.getPropertyByName(property) as UAVariable | null;
    variable?.setValueFromSource({ dataType, arrayType: VariantArrayType.Scalar, value });
  };
  set('Size', DataType.UInt64, [0, bytes]);
  set('Writable', DataType.Boolean, false);
  set('UserWritable', DataType.Boolean, false);
  set('OpenCount', DataType.UInt16, 1);
  set('MimeType', DataType.String, 'application/json');
  return node;
}

/** Methods of a file that is open for reading already, under the one handle that its client got. */
function fileMethods(file: OpenFile, close: (file: OpenFile) => void): Readonly<Record<string, Method>> {
  const whenOurs = (handle: Variant | undefined, act: () => MethodAnswer): MethodAnswer => {
    if (numberOf(handle) !== file.handle) return { statusCode: StatusCodes.BadInvalidArgument, outputArguments: [] };
    file.expiry.refresh();
    return act();
  };
  return {
    Open: unsupported,
    Write: unsupported,
    Read: ([handle, length]) =>
      whenOurs(handle, () => {
        const end = file.position + Math.max(0, numberOf(length));
        const read = file.bytes.subarray(file.position, end);
        file.position += read.length;
        return good({ dataType: DataType.ByteString, value: read });
      }),
    GetPosition: ([handle]) =>
      whenOurs(handle, () =>
        good({
          dataType: DataType.UInt64,
          arrayType: VariantArrayType.Scalar,
          value: [0, file.position],
        }),
      ),
    SetPosition: ([handle, position]) =>
      whenOurs(handle, () => {
        file.position = Math.min(file.bytes.length, lowWord(position));
        return good();
      }),
    Close: ([handle]) =>
      whenOurs(handle, () => {
        // After the answer: the node that answers must not be gone before.
        setImmediate(() => close(file));
        return good();
      }),
  };
}

/** A UInt64 is two words in node-opcua; no file here needs the high one. */
function lowWord(sent: Variant | undefined): number {
  const value: unknown = sent?.value;
  if (!Array.isArray(value)) return numberOf(sent);
  return value[0] === 0 ? Number(value[1]) : Number.MAX_SAFE_INTEGER;
}
