import {
  DataType,
  StatusCodes,
  type AddressSpace,
  type NodeId,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  type VariantOptions,
} from 'node-opcua';
import { isAutomatic, type VisionState, type VisionTransition } from '#edge/machine-vision/vision-states.ts';
import { machineVisionNamespace } from '#edge/machine-vision/vision-structures.ts';

/** The two state machines as nodes. */
export interface StateNodes {
  readonly show: (state: VisionState) => void;
  /** Fields of an event about a transition. */
  readonly transitionFields: (transition: VisionTransition) => Record<string, VariantOptions>;
}

/**
 * Shows states on the nodes of the vision state machine and, within Operational, of its automatic mode. The machine of
 * node-opcua is not used: it knows transitions by their two ends, and OPC 40100-1 has up to three between the same two.
 */
export function createStateNodes(addressSpace: AddressSpace, machine: UAObject, automatic: UAObject): StateNodes {
  const namespace = addressSpace.getNamespaceIndex(machineVisionNamespace);
  const typeOf = (name: string): UAObjectType => {
    const type = addressSpace.findObjectType(name, namespace);
    if (!type) throw new Error(`the node set has no ${name}`);
    return type;
  };
  const types = [typeOf('VisionStateMachineType'), typeOf('VisionAutomaticModeStateMachineType')];
  const idOf = (name: string): NodeId => {
    const node = types.map((type) => type.getComponentByName(name)).find((component) => component !== null);
    if (!node) throw new Error(`the node set has no state or transition ${name}`);
    return node.nodeId;
  };
  return {
    show: (state) => {
      const outer = outerOf(state);
      setState(machine, outer, idOf(outer));
      if (isAutomatic(state)) setState(automatic, state, idOf(state));
      else clearState(automatic);
    },
    transitionFields: ({ name, from, to }) => {
      const [fromName, toName] = isAutomatic(from) && isAutomatic(to) ? [from, to] : [outerOf(from), outerOf(to)];
      return {
        fromState: text(fromName),
        'fromState.id': { dataType: DataType.NodeId, value: idOf(fromName) },
        toState: text(toName),
        'toState.id': { dataType: DataType.NodeId, value: idOf(toName) },
        transition: text(name),
        'transition.id': { dataType: DataType.NodeId, value: idOf(name) },
      };
    },
  };
}

function outerOf(state: VisionState): string {
  return isAutomatic(state) ? 'Operational' : state;
}

function text(value: string): VariantOptions {
  return { dataType: DataType.LocalizedText, value: { text: value } };
}

function currentState(machine: UAObject): { readonly state: UAVariable | null; readonly id: UAVariable | null } {
  const state = machine.getComponentByName('CurrentState') as UAVariable | null;
  return { state, id: (state?.getPropertyByName('Id') as UAVariable | null | undefined) ?? null };
}

function setState(machine: UAObject, name: string, id: NodeId): void {
  const current = currentState(machine);
  current.state?.setValueFromSource(text(name));
  current.id?.setValueFromSource({ dataType: DataType.NodeId, value: id });
}

/** A machine within a state that is not the present one has no state. */
function clearState(machine: UAObject): void {
  const current = currentState(machine);
  current.state?.setValueFromSource({ dataType: DataType.Null }, StatusCodes.BadStateNotActive);
  current.id?.setValueFromSource({ dataType: DataType.Null }, StatusCodes.BadStateNotActive);
}
