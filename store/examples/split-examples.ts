import { createHash } from 'node:crypto';

/** The two sides of a split. */
export type Side = 'train' | 'validation';

/** What may not stand on both sides: a part, and images with the same bytes. */
export interface Splittable {
  readonly serial: string;
  readonly digests: readonly string[];
}

/** Where an example belongs. `group` is a serial, the same for all that must stay together. */
export interface Place {
  readonly group: string;
  readonly side: Side;
}

/**
 * Puts examples on two sides, in the order given: all of a serial, and all that share an image, on the same one. About
 * `share` (0..1) of the groups are for validation. The side follows from the group's name alone, so that a part stays
 * where it was in a later export.
 */
export function splitExamples(examples: readonly Splittable[], share: number): readonly Place[] {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root)) {
      parents.set(root, parents.get(parent) ?? parent);
      root = parent;
    }
    return root;
  };
  for (const { serial, digests } of examples) {
    const names = [`serial ${serial}`, ...digests.map((digest) => `image ${digest}`)];
    for (const name of names) parents.set(rootOf(name), rootOf(names[0] ?? ''));
  }
  const groups = new Map<string, string>();
  for (const { serial } of examples) {
    const root = rootOf(`serial ${serial}`);
    const known = groups.get(root);
    if (known === undefined || serial < known) groups.set(root, serial);
  }
  return examples.map(({ serial }) => {
    const group = groups.get(rootOf(`serial ${serial}`)) ?? serial;
    return { group, side: sideOf(group, share) };
  });
}

function sideOf(group: string, share: number): Side {
  const drawn = createHash('sha256').update(group).digest().readUInt32BE(0) / 2 ** 32;
  return drawn < share ? 'validation' : 'train';
}

/** Serials and image digests that stand on both sides: both lists are empty where the split is sound. */
export interface Leaks {
  readonly serials: readonly string[];
  readonly images: readonly string[];
}

/** Looks at what was written, not at how it was split. */
export function leaksOf(entries: readonly (Splittable & { readonly side: Side })[]): Leaks {
  return {
    serials: onBothSides(entries.map(({ side, serial }) => [side, [serial]])),
    images: onBothSides(entries.map(({ side, digests }) => [side, digests])),
  };
}

function onBothSides(named: readonly (readonly [Side, readonly string[]])[]): readonly string[] {
  const seen = { train: new Set<string>(), validation: new Set<string>() };
  for (const [side, names] of named) for (const name of names) seen[side].add(name);
  return [...seen.train].filter((name) => seen.validation.has(name)).toSorted();
}
