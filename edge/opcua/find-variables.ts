import {
  AttributeIds,
  BrowseDirection,
  NodeClass,
  NodeId,
  type ClientSession,
  type ReferenceDescription,
} from 'node-opcua';

/** A variable of a server's address space. */
export interface FoundVariable {
  readonly nodeId: string;
  /** Browse names from the folder Objects down, e.g. `Camera/Image`. */
  readonly path: string;
  /** Browse name of the data type. */
  readonly dataType: string;
  /** -1 for one value, 1 for a list. */
  readonly valueRank: number;
}

type Session = Pick<ClientSession, 'browse' | 'browseNext' | 'read'>;

interface Place {
  readonly nodeId: NodeId;
  readonly path: string;
}

interface Found extends Place {
  readonly isVariable: boolean;
}

const objectsFolder = new NodeId(NodeId.NodeIdType.NUMERIC, 85);
/** The standard object Server has hundreds of variables, and none is a camera's. */
const serverObject = 'ns=0;i=2253';
const mostNodes = 20_000;

/** Every variable below Objects, without the object Server; breadth first, 20,000 nodes at most. */
export async function findVariables(session: Session): Promise<readonly FoundVariable[]> {
  const seen = new Set([serverObject]);
  const variables: Place[] = [];
  let level: readonly Place[] = [{ nodeId: objectsFolder, path: '' }];
  while (level.length > 0 && seen.size < mostNodes) {
    const below: Found[] = [];
    for (const place of level) below.push(...(await placesBelow(session, place)));
    const unseen = below.filter(({ nodeId }) => !seen.has(nodeId.toString()) && seen.add(nodeId.toString()));
    variables.push(...unseen.filter(({ isVariable }) => isVariable));
    level = unseen;
  }
  return describeAll(session, variables);
}

async function placesBelow(session: Session, { nodeId, path }: Place): Promise<readonly Found[]> {
  return (await referencesOf(session, nodeId)).map((reference) => ({
    nodeId: reference.nodeId,
    path: `${path}${path === '' ? '' : '/'}${reference.browseName.name ?? '?'}`,
    isVariable: reference.nodeClass === NodeClass.Variable,
  }));
}

async function referencesOf(session: Session, nodeId: NodeId): Promise<readonly ReferenceDescription[]> {
  let result = await session.browse({
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: 'HierarchicalReferences',
    includeSubtypes: true,
    nodeClassMask: 1 + 2,
    resultMask: 63,
  });
  const references = [...(result.references ?? [])];
  while (result.continuationPoint && result.continuationPoint.length > 0) {
    result = await session.browseNext(result.continuationPoint, false);
    references.push(...(result.references ?? []));
  }
  return references;
}

async function describeAll(session: Session, variables: readonly Place[]): Promise<readonly FoundVariable[]> {
  const typeNames = new Map<string, string>();
  const found: FoundVariable[] = [];
  for (const { nodeId, path } of variables) {
    const [type, rank] = await session.read([
      { nodeId, attributeId: AttributeIds.DataType },
      { nodeId, attributeId: AttributeIds.ValueRank },
    ]);
    const typeId: unknown = type?.value.value;
    if (!(typeId instanceof NodeId)) continue;
    const name = typeNames.get(typeId.toString()) ?? (await browseNameOf(session, typeId));
    typeNames.set(typeId.toString(), name);
    found.push({ nodeId: nodeId.toString(), path, dataType: name, valueRank: Number(rank?.value.value ?? -1) });
  }
  return found;
}

async function browseNameOf(session: Session, nodeId: NodeId): Promise<string> {
  const [value] = await session.read([{ nodeId, attributeId: AttributeIds.BrowseName }]);
  const name: unknown = value?.value.value;
  return name !== null && typeof name === 'object' && 'name' in name ? String(name.name) : nodeId.toString();
}
