import type { ResultLine } from '../../support/result-line.ts';
import type { Power, Setting } from './powers.ts';
import type { Counts, SpoilCount } from './try-case.ts';

/** The result of a campaign: totals with their goals, then what became of each kind of spoiled answer. */
export function linesOf(counts: Counts, settings: readonly Setting[]): readonly ResultLine[] {
  const powers: readonly Power[] = ['as shipped', 'lowering'];
  const found = settings.filter(({ power }) => power === 'as shipped');
  const questions = found.reduce((sum, { askedIds }) => sum + askedIds.length, 0);
  return [
    line('detections and candidates asked about', questions, 'questions', null),
    line('views of real detections', found.length, 'views', null),
    ...powers.flatMap((power) => totals(power, Object.values(counts[power]))),
    ...powers.flatMap((power) => Object.entries(counts[power]).map(([name, count]) => kind(power, name, count))),
  ];
}

function totals(power: Power, counts: readonly SpoilCount[]): readonly ResultLine[] {
  const sum = (of: (count: SpoilCount) => number): number => counts.reduce((all, count) => all + of(count), 0);
  const tried = sum((count) => count.tried);
  const byLie = sum((count) => count.betterByLie);
  // Where the reviewer may lower, an answer that is itself a valid false call lowers: that is what was granted.
  const lies = line(
    `${power}: verdicts bettered by a complete, valid lie`,
    byLie,
    'answers',
    power === 'as shipped' ? 0 : null,
  );
  return [
    line(`${power}: spoiled answers tried`, tried, 'answers', null),
    line(
      `${power}: verdicts better than that of the valid answer`,
      sum((count) => count.better),
      'answers',
      0,
    ),
    lies,
    line(
      `${power}: spoiled answers that are valid lies`,
      sum((count) => count.lies),
      'answers',
      null,
    ),
    line(
      `${power}: exceptions`,
      sum((count) => count.exceptions),
      'exceptions',
      0,
    ),
  ];
}

function kind(power: Power, name: string, { tried, better, rungs }: SpoilCount): ResultLine {
  const became = Object.entries(rungs)
    .toSorted(([, a], [, b]) => b - a)
    .map(([rung, times]) => `${rung} ${times}`);
  return { ...line(`${power}: ${name}`, better, 'better', 0), anchor: `${tried} tried: ${became.join(', ')}` };
}

function line(what: string, value: number, unit: string, goal: number | null): ResultLine {
  return {
    name: 'answers',
    case: what,
    value,
    unit,
    anchor: '',
    anchorValue: null,
    ratio: null,
    goal: goal === null ? '' : `= ${goal}`,
    holds: goal === null ? null : value === goal,
  };
}
