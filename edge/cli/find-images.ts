import type { ClientSession, DataValue } from 'node-opcua';
import { AttributeIds } from 'node-opcua';
import type { FoundVariable } from '#edge/opcua/find-variables.ts';

/** A variable that may hold an image, with what seems to belong to it. */
export interface FoundImage extends FoundVariable {
  readonly bytes: number;
  /** By its first bytes; null for raw pixels or nothing. */
  readonly format: 'jpeg' | 'png' | null;
  /** Node ids of the variables beside it. */
  readonly counter: string | null;
  readonly widthPx: string | null;
  readonly heightPx: string | null;
  /** Frames a second, by the counter; null where none is known. */
  readonly rate: number | null;
}

type Session = Pick<ClientSession, 'read'>;

const integers = /^(SByte|Byte|U?Int(16|32|64)|Counter)$/;

/** Looks twice at the counters of a server, `watch` apart, and once at each image. */
export async function findImages(
  session: Session,
  variables: readonly FoundVariable[],
  watch: () => Promise<void>,
): Promise<readonly FoundImage[]> {
  const numbers = variables.filter(({ dataType, valueRank }) => integers.test(dataType) && valueRank < 0);
  const startedMs = performance.now();
  const before = await countsOf(session, numbers);
  await watch();
  const after = await countsOf(session, numbers);
  const seconds = (performance.now() - startedMs) / 1000;
  const rises = new Map(numbers.map(({ nodeId }, index) => [nodeId, (after[index] ?? 0) - (before[index] ?? 0)]));

  const found: FoundImage[] = [];
  for (const variable of variables.filter(mayBeImage)) {
    const value = await readValue(session, variable.nodeId);
    const bytes: unknown = value?.value.value;
    const beside = numbers.filter(({ path }) => parentOf(path) === parentOf(variable.path));
    const counter = likeliest(beside, rises);
    found.push({
      ...variable,
      bytes: bytes instanceof Uint8Array ? bytes.byteLength : 0,
      format: bytes instanceof Uint8Array ? formatOf(bytes) : null,
      counter,
      widthPx: beside.find(({ path }) => /width/i.test(path))?.nodeId ?? null,
      heightPx: beside.find(({ path }) => /height/i.test(path))?.nodeId ?? null,
      rate: counter === null ? null : (rises.get(counter) ?? 0) / seconds,
    });
  }
  return found;
}

function mayBeImage({ dataType, valueRank }: FoundVariable): boolean {
  return /^(Image|ByteString)/.test(dataType) || (dataType === 'Byte' && valueRank === 1);
}

/** A number beside the image that rises; else one that is named like a counter. */
function likeliest(beside: readonly FoundVariable[], rises: ReadonlyMap<string, number>): string | null {
  const named = beside.filter(({ path }) => /count|frame|trigger|acq|seq|part/i.test(nameOf(path)));
  const rising = (variable: FoundVariable): boolean => (rises.get(variable.nodeId) ?? 0) > 0;
  return (named.find(rising) ?? beside.find(rising) ?? named[0])?.nodeId ?? null;
}

async function countsOf(session: Session, numbers: readonly FoundVariable[]): Promise<readonly number[]> {
  if (numbers.length === 0) return [];
  const values = await session.read(numbers.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value })));
  return values.map(({ value }) => (typeof value.value === 'number' ? value.value : 0));
}

async function readValue(session: Session, nodeId: string): Promise<DataValue | undefined> {
  const [value] = await session.read([{ nodeId, attributeId: AttributeIds.Value }]);
  return value;
}

function formatOf(bytes: Uint8Array): FoundImage['format'] {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
  return bytes[0] === 0x89 && bytes[1] === 0x50 ? 'png' : null;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
