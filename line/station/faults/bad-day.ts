import { EventEmitter } from 'node:events';

/** What can go wrong with a camera, and in what each is counted: frames and parts that it strikes, or its time in ms. */
export const faultTable = {
  drop: { counts: 'frames', what: 'NextFrame passes over a frame; GetFrame still has it' },
  lose: { counts: 'frames', what: 'a number is used and its frame is never kept' },
  duplicate: { counts: 'frames', what: 'NextFrame answers a frame twice' },
  reorder: { counts: 'frames', what: 'NextFrame answers a frame after the one that follows it' },
  garble: { counts: 'frames', what: 'the facts of a frame are cut off in the middle' },
  'slow-link': { counts: 'frames', what: 'a frame takes its way at 64 KiB a second' },
  corrupt: { counts: 'parts', what: 'some bytes of each picture are others' },
  freeze: { counts: 'parts', what: 'the pictures of the part before come again' },
  black: { counts: 'parts', what: 'the light is off' },
  blur: { counts: 'parts', what: 'the lens is out of focus' },
  'wrong-product': { counts: 'parts', what: 'the pictures show another product than the facts say' },
  restart: { counts: 'ms', what: 'the server is away, then begins a new epoch with an empty ring' },
  certificate: { counts: 'ms', what: 'a restart with another certificate' },
  'small-messages': { counts: 'ms', what: 'a restart with messages of 8 KiB at most, until the time is over' },
  coalesce: { counts: 'ms', what: 'a restart with a sampling of 1 s at best, until the time is over' },
} as const satisfies Readonly<Record<string, { readonly counts: 'frames' | 'parts' | 'ms'; readonly what: string }>>;

export type FaultName = keyof typeof faultTable;

/** Faults that strike single frames on their way out of the camera. */
export const frameFaults = ['drop', 'lose', 'duplicate', 'reorder', 'garble'] as const satisfies readonly FaultName[];
/** Faults of what the pictures of a part show. */
export const pictureFaults = [
  'corrupt',
  'freeze',
  'black',
  'blur',
  'wrong-product',
] as const satisfies readonly FaultName[];
export const serverFaults = [
  'restart',
  'certificate',
  'small-messages',
  'coalesce',
] as const satisfies readonly FaultName[];

export type FrameFault = (typeof frameFaults)[number];
export type PictureFault = (typeof pictureFaults)[number];
export type ServerFault = (typeof serverFaults)[number];

/** The faults of a simulated station, switched while it runs. */
export interface BadDay {
  /** Lets a fault strike so many more frames or parts, or for so many ms; 0 ends one that is counted in frames or parts. */
  strike(fault: FaultName, amount: number): void;
  /** True when the fault is to strike what comes now; that uses one of its times. */
  take(fault: FaultName): boolean;
  /** The first of these that is to strike what comes now. */
  takeOneOf<Fault extends FaultName>(faults: readonly Fault[]): Fault | null;
  /** What is still to strike. */
  left(): Readonly<Partial<Record<FaultName, number>>>;
  /** Hears of faults of the server, which strike at once. */
  onServerFault(listener: (fault: ServerFault, ms: number) => void): void;
}

/** A day that is good until something strikes. */
export function createBadDay(): BadDay {
  const left = new Map<FaultName, number>();
  const server = new EventEmitter<{ fault: [ServerFault, number] }>();
  const take = (fault: FaultName): boolean => {
    const times = left.get(fault) ?? 0;
    if (times > 1) left.set(fault, times - 1);
    else left.delete(fault);
    return times > 0;
  };
  return {
    strike: (fault, amount) => {
      const striking = serverFaults.find((one) => one === fault);
      if (striking) server.emit('fault', striking, amount);
      else if (amount > 0) left.set(fault, amount);
      else left.delete(fault);
    },
    take,
    takeOneOf: (faults) => faults.find(take) ?? null,
    left: () => Object.fromEntries(left),
    onServerFault: (listener) => void server.on('fault', listener),
  };
}

export function isFaultName(name: unknown): name is FaultName {
  return typeof name === 'string' && Object.hasOwn(faultTable, name);
}
