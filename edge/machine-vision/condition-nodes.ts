import {
  DataType,
  NodeId,
  type AddressSpace,
  type Namespace,
  type UAAcknowledgeableConditionEx,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import type { ComponentHealth } from '#edge/health.ts';
import { conditionOf, type VisionCondition } from '#edge/machine-vision/vision-conditions.ts';
import { machineVisionNamespace } from '#edge/machine-vision/vision-structures.ts';

/** Health of the edge node by component. */
export type Components = Readonly<Record<string, ComponentHealth>>;

export interface ConditionNodes {
  /** Raises what is new, clears what is over. Returns whether anything keeps the edge node from inspecting. */
  readonly show: (components: Components) => boolean;
}

interface Place {
  readonly addressSpace: AddressSpace;
  readonly namespace: Namespace;
  readonly source: UAObject;
}

/** One condition a component and type, made when it is first needed. */
export function createConditionNodes(place: Place): ConditionNodes {
  const nodes = new Map<string, UAAcknowledgeableConditionEx>();
  const raised = new Map<string, { readonly detail: string; readonly condition: VisionCondition }>();
  const nodeOf = (name: string, condition: VisionCondition): UAAcknowledgeableConditionEx => {
    const key = `${name}-${condition.type}`;
    const node = nodes.get(key) ?? createNode(place, name, condition);
    nodes.set(key, node);
    return node;
  };
  return {
    show: (components) => {
      for (const [name, health] of Object.entries(components)) {
        const condition = conditionOf(name, health);
        const before = raised.get(name);
        if (before && before.condition.type !== condition?.type) {
          clear(nodeOf(name, before.condition), name);
          raised.delete(name);
        }
        if (!condition || (before?.condition.type === condition.type && before.detail === health.detail)) continue;
        raised.set(name, { detail: health.detail, condition });
        raise(nodeOf(name, condition), { ...condition, message: messageOf(name, health) });
      }
      return [...raised.values()].some(({ condition }) => condition.stops);
    },
  };
}

function messageOf(name: string, { detail, wayOut }: ComponentHealth): string {
  return `${name}: ${detail}${wayOut === '' ? '' : `. ${wayOut}`}`;
}

function createNode({ addressSpace, namespace, source }: Place, name: string, condition: VisionCondition) {
  const type = addressSpace.findEventType(condition.type, addressSpace.getNamespaceIndex(machineVisionNamespace));
  if (!type) throw new Error(`the node set has no ${condition.type}`);
  const optionals = ['ErrorString', 'CausePath'];
  if (condition.blocks) optionals.push('ConfirmedState', 'Confirm');
  const browseName = `${name}-${condition.type}`;
  const node = namespace.instantiateAcknowledgeableCondition(type, {
    browseName,
    nodeId: `s=${browseName}`,
    componentOf: source,
    conditionSource: source,
    inputNode: NodeId.nullNodeId,
    conditionName: browseName,
    optionals,
  });
  set(node, 'ErrorString', DataType.String, name);
  set(node, 'CausePath', DataType.String, name);
  set(node, 'StopReaction', DataType.Boolean, condition.stops);
  set(node, 'BlockReaction', DataType.Boolean, condition.blocks);
  return node;
}

function set(node: UAAcknowledgeableConditionEx, property: string, dataType: DataType, value: unknown): void {
  (node.getPropertyByName(property) as UAVariable | null)?.setValueFromSource({ dataType, value });
}

/** It is to be acknowledged, by rule even after it has gone by itself. A warning need not be. */
function raise(
  node: UAAcknowledgeableConditionEx,
  { type, severity, message }: VisionCondition & { message: string },
): void {
  const branch = node.currentBranch();
  branch.setAckedState(type === 'VisionWarningConditionType');
  if (node.confirmedState) branch.setConfirmedState(false);
  node.raiseNewCondition({ message, severity, retain: true });
}

/** A condition that is over stays of interest until somebody has acknowledged it. */
function clear(node: UAAcknowledgeableConditionEx, name: string): void {
  const retain = !node.currentBranch().getAckedState();
  node.raiseNewCondition({ message: `${name}: over`, severity: 200, retain });
}
