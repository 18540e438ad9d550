/** What may happen to a plant. */
export type Blow = 'edge' | 'store' | 'mes' | 'broker' | 'database' | 'cut' | 'garbage' | 'disk-full' | 'clock';

export interface Plan {
  readonly kills: number;
  readonly cuts: number;
}

// Of ten kills: edges often, since they hold what is not yet stored; the database least, since it takes longest.
const killed: readonly Blow[] = [
  'edge',
  'edge',
  'edge',
  'store',
  'store',
  'mes',
  'mes',
  'broker',
  'broker',
  'database',
];

/** The blows in their order: exactly so many kills and cuts, and some garbage, full disks and wrong clocks between them. */
export function planBlows(plan: Plan, random: () => number): readonly Blow[] {
  const pick = (): Blow => killed[Math.floor(random() * killed.length)] ?? 'edge';
  const blows: Blow[] = [
    ...Array.from({ length: plan.kills }, pick),
    ...Array.from({ length: plan.cuts }, (): Blow => 'cut'),
    ...Array.from({ length: Math.ceil(plan.cuts / 2) }, (): Blow => 'garbage'),
    ...Array.from({ length: Math.ceil(plan.cuts / 10) }, (): Blow => 'disk-full'),
    ...Array.from({ length: Math.ceil(plan.cuts / 10) }, (): Blow => 'clock'),
  ];
  for (let index = blows.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [blows[index], blows[other]] = [blows[other] ?? 'cut', blows[index] ?? 'cut'];
  }
  return blows;
}
