/** A stream of numbers that is fully given by its seed. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  /** Uniform in [from, to). */
  readonly between: (from: number, to: number) => number;
  /** Integer in [from, to], both included. */
  readonly int: (from: number, to: number) => number;
  readonly chance: (probability: number) => boolean;
  /** One of the choices; they must not be empty. */
  readonly pick: <Choice>(choices: readonly Choice[]) => Choice;
  /** Standard normal. */
  readonly normal: () => number;
}

/**
 * Random stream for a seed and a purpose: another purpose gives an unrelated stream, so that adding a draw in one
 * place does not move the draws of another. Generator sfc32 of PractRand (C. Doty-Humphrey), seeded by FNV-1a.
 */
export function createRandom(seed: number, purpose: string): Random {
  const next = sfc32(hashText(`${seed}/${purpose}`), hashText(`${purpose}#${seed}`));
  const between = (from: number, to: number): number => from + (to - from) * next();
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const pick = <Choice>(choices: readonly Choice[]): Choice => {
    const choice = choices[int(0, choices.length - 1)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, between, int, pick, normal, chance: (probability) => next() < probability };
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function sfc32(first: number, second: number): () => number {
  let a = first;
  let b = second;
  let c = 0x9e3779b9;
  let counter = 1;
  const step = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 15; round += 1) step();
  return step;
}
