import {
  StatusCodes,
  type CallMethodResultOptions,
  type UAObject,
  type Variant,
  type VariantOptions,
} from 'node-opcua';
import type { VisionAnswer } from '#edge/machine-vision/vision-system.ts';

/** What a method answers: a status, and its output arguments where that is good. */
export type MethodAnswer = CallMethodResultOptions;

export type Method = (inputs: readonly Variant[]) => MethodAnswer;

/**
 * Binds methods of an object by their names.
 * @throws Error where the object has none of such a name: the node set is another than the one this was written for
 */
export function bindMethods(object: UAObject, methods: Readonly<Record<string, Method>>): void {
  for (const [name, method] of Object.entries(methods)) {
    const node = object.getMethodByName(name);
    if (!node) throw new Error(`${object.browseName.name} has no method ${name}`);
    node.bindMethod((inputs, _context, answer) => answer(null, method(inputs)));
  }
}

export function good(...outputArguments: readonly VariantOptions[]): MethodAnswer {
  return { statusCode: StatusCodes.Good, outputArguments: [...outputArguments] };
}

/** For a method that the node set makes mandatory and the edge node cannot follow. */
export const unsupported: Method = () => ({ statusCode: StatusCodes.BadNotSupported, outputArguments: [] });

/** Turns what the vision system says into an answer; a state that does not allow it is BadInvalidState. */
export function answer<Value>(
  said: VisionAnswer<Value>,
  outputs: (value: Value, error: number) => readonly VariantOptions[],
): MethodAnswer {
  if (said === 'wrong-state') return { statusCode: StatusCodes.BadInvalidState, outputArguments: [] };
  return good(...outputs(said.value, said.error));
}

/** Number of an argument; 0 where the client sent none. */
export function numberOf(sent: Variant | undefined): number {
  return typeof sent?.value === 'number' ? sent.value : 0;
}

/** One page of a list: `startIndex` on, at most `maxResults`, 0 for all. */
export function pageOf<Entry>(
  list: readonly Entry[],
  maxResults: number,
  startIndex: number,
): { readonly page: readonly Entry[]; readonly isComplete: boolean } {
  const end = maxResults === 0 ? list.length : startIndex + maxResults;
  return { page: list.slice(startIndex, end), isComplete: end >= list.length };
}
