import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRecipe, type PlacedFault } from '#rules/files/parse-recipe.ts';

const november = new Date('2026-11-01T00:00:00Z');
const spindle = readFileSync('docs/control-plans/spindle.yaml', 'utf8');
const board = readFileSync('docs/control-plans/board.yaml', 'utf8');

/** Faults of a text after some replacements, each of which must find its place. */
function faultsOf(text: string, ...changes: readonly (readonly [string | RegExp, string])[]): readonly PlacedFault[] {
  let changed = text;
  for (const [from, to] of changes) {
    const next = changed.replace(from, to);
    if (next === changed) throw new Error(`nothing to change: ${String(from)}`);
    changed = next;
  }
  return parseRecipe(changed, november).faults;
}

describe('a recipe with faults is refused', () => {
  const table: { name: string; text: string; changes: (readonly [string | RegExp, string])[]; faults: string[] }[] = [
    {
      name: 'unknown key',
      text: spindle,
      changes: [['failFrom: 0.5', 'failFrom: 0.5\n    failForm: 0.5']],
      faults: ['labels[0].failForm: is no key of a recipe'],
    },
    {
      name: 'missing key',
      text: spindle,
      changes: [[/explanationLanguage.*/, '']],
      faults: ['explanationLanguage: Invalid option: expected one of "en"|"zh"'],
    },
    {
      name: 'limits crossed',
      text: spindle,
      changes: [['[0.4, 2.5]', '[2.5, 0.4]']],
      faults: ['review.areaRatio: limits are crossed: 2.5 is above 0.4'],
    },
    {
      name: 'ignoreBelow above failFrom',
      text: spindle,
      changes: [['failFrom: 0.5', 'failFrom: 0.2']],
      faults: ['labels[0].ignoreBelow: 0.25 is above failFrom 0.2'],
    },
    {
      name: 'a band that leaves doubtful scores out at its beginning',
      text: spindle,
      changes: [
        ['reviewBand: [0.25', 'reviewBand: [0.26'],
        ['lowerBand: [0.25', 'lowerBand: [0.26'],
      ],
      faults: ['labels[0].reviewBand: begins at 0.26, above ignoreBelow 0.25: doubtful scores would not be asked'],
    },
    {
      name: 'a band that leaves doubtful scores out at its end',
      text: spindle,
      changes: [
        ['reviewBand: [0.25, 0.6]', 'reviewBand: [0.25, 0.45]'],
        ['lowerBand: [0.25, 0.6]', 'lowerBand: [0.25, 0.45]'],
      ],
      faults: ['labels[0].reviewBand: ends at 0.45, below failFrom 0.5: doubtful scores would not be asked'],
    },
    {
      name: 'a band above failFrom without authority to lower',
      text: board,
      changes: [['reviewBand: [0.2, 0.4]', 'reviewBand: [0.2, 0.41]']],
      faults: ['labels[0].reviewBand: ends at 0.41, above failFrom 0.4, with nothing to lower'],
    },
    {
      name: 'authority to lower without independent evidence',
      text: spindle,
      changes: [['[other-exposure]', '[]']],
      faults: ['labels[0].authority: needs independent evidence, and independentKinds is empty'],
    },
    {
      name: 'authority to lower without a benign cause',
      text: spindle,
      changes: [['[oil, dust, glare, marking]', '[]']],
      faults: ['labels[0].authority: needs a benign cause, and review.benignCauses is empty'],
    },
    {
      name: 'authority to lower without a band',
      text: spindle,
      changes: [['lowerBand: [0.25, 0.6]', 'lowerBand: null']],
      faults: ['labels[0].lowerBand: is missing: the authority to lower needs a band of scores'],
    },
    {
      name: 'a band to lower without the authority',
      text: spindle,
      changes: [
        ['authority: lower', 'authority: raise'],
        ['reviewBand: [0.25, 0.6]', 'reviewBand: [0.25, 0.5]'],
      ],
      faults: [
        'labels[0].lowerBand: has no meaning with the authority to raise',
        'labels[0].lowerBand: [0.25, 0.6) is not inside reviewBand [0.25, 0.5)',
      ],
    },
    {
      name: 'a band to lower below the review band',
      text: spindle,
      changes: [['lowerBand: [0.25', 'lowerBand: [0.2']],
      faults: ['labels[0].lowerBand: [0.2, 0.6) is not inside reviewBand [0.25, 0.6)'],
    },
    {
      name: 'an empty band to lower',
      text: spindle,
      changes: [['lowerBand: [0.25, 0.6]', 'lowerBand: [0.3, 0.3]']],
      faults: ['labels[0].lowerBand: is empty: [0.3, 0.3)'],
    },
    {
      name: 'expired calibration',
      text: spindle,
      changes: [['2027-10-01', '2026-10-31']],
      faults: ['views[0].calibration.expiresAt: has expired (2026-10-31T06:00:00Z)'],
    },
    {
      name: 'expired golden sample, at the very instant',
      text: board,
      changes: [['2029-10-01T06:00:00Z', '2026-11-01T00:00:00Z']],
      faults: ['views[0].goldenSamples[0].expiresAt: has expired (2026-11-01T00:00:00Z)'],
    },
    {
      name: 'approval that never holds',
      text: spindle,
      changes: [['2027-10-01', '2026-10-01']],
      faults: ['views[0].calibration.expiresAt: is not after approvedAt 2026-10-01T06:00:00Z'],
    },
    {
      name: 'no digest',
      text: spindle,
      changes: [['sha256: 1b2c', 'sha256: 1B2C']],
      faults: ['views[0].calibration.sha256: no SHA-256 of 64 lower-case hex digits'],
    },
    {
      name: 'an outline without extent',
      text: spindle,
      changes: [['[[0, 0], [200, 0], [200, 460], [0, 460]]', '[[0, 0], [200, 0], [100, 0]]']],
      faults: ['views[0].zones[0].outline: has no extent'],
    },
    {
      name: 'one zone twice',
      text: spindle,
      changes: [
        ['zoneId: shoulder', 'zoneId: raceway'],
        ['zones: [shoulder]', 'zones: [raceway]'],
      ],
      faults: ['views[0].zones[2].zoneId: raceway stands here twice'],
    },
    {
      name: 'a zone nobody drew',
      text: spindle,
      changes: [['zones: [shoulder]', 'zones: [neck]']],
      faults: ['acceptance[1].zones[0]: neck is no zone for acceptance of any view'],
    },
    {
      name: "a don't-care zone used for acceptance",
      text: spindle,
      changes: [['zones: [shoulder]', 'zones: [clamp-mark]']],
      faults: ['acceptance[1].zones[0]: clamp-mark is no zone for acceptance of any view'],
    },
    {
      name: 'acceptance of a label nobody knows',
      text: spindle,
      changes: [['labels: [pitting]', 'labels: [rust]']],
      faults: ['acceptance[1].labels[0]: rust is no label of this recipe'],
    },
    {
      name: 'acceptance of nothing',
      text: spindle,
      changes: [['severities: [major]', 'severities: []']],
      faults: ['acceptance[0].labels: and severities are both empty: the rule speaks of nothing'],
    },
    {
      name: 'acceptance of a critical severity',
      text: spindle,
      changes: [['severities: [major]', 'severities: [critical]']],
      faults: ['acceptance[0].severities: a critical defect is never accepted'],
    },
    {
      name: 'acceptance of a critical label',
      text: spindle,
      changes: [['severity: major', 'severity: critical']],
      faults: ['acceptance[1].labels[0]: pitting is critical: it is never accepted'],
    },
    {
      name: 'acceptance of any size',
      text: spindle,
      changes: [['lengthUpToMm: 1.5', 'lengthUpToMm: null']],
      faults: ['acceptance[1].lengthUpToMm: and areaUpToMm2 are both null: any size would be accepted'],
    },
    {
      name: 'a count over zones of a rule without one',
      text: spindle,
      changes: [['zones: [shoulder]', 'zones: null']],
      faults: ['acceptance[1].countPer: counts over zones, and the rule names none'],
    },
    {
      name: 'acceptance by one name twice',
      text: spindle,
      changes: [['ruleId: shoulder-pits', 'ruleId: raceway-pits']],
      faults: ['acceptance[1].ruleId: raceway-pits stands here twice'],
    },
    {
      name: 'acceptance without a calibrated view',
      text: spindle,
      changes: [[/calibration:\n(.*\n){6}/, 'calibration: null\n']],
      faults: ['acceptance: needs sizes, and no view is calibrated'],
    },
    {
      name: 'golden samples for a view without golden',
      text: board,
      changes: [['golden: required', 'golden: none']],
      faults: ['views[0].goldenSamples: golden is none'],
    },
    {
      name: 'one view twice',
      text: board,
      changes: [['viewId: bottom', 'viewId: top']],
      faults: ['views[1].viewId: top stands here twice'],
    },
    {
      name: 'one label twice',
      text: board,
      changes: [
        ['label: spur', 'label: mousebite'],
        ['[spur, short]', '[mousebite, short]'],
        ['labels: [mousebite, spur]', 'labels: [mousebite]'],
      ],
      faults: ['labels[3].label: mousebite stands here twice'],
    },
    {
      name: 'confusion with a label nobody knows',
      text: board,
      changes: [['[spur, short]', '[spur, scar]']],
      faults: ['review.confusable[1][1]: scar is no label of this recipe'],
    },
    {
      name: 'a cause that is a defect',
      text: board,
      changes: [['[dust, fibre', '[spur, fibre']],
      faults: ['review.benignCauses[0]: spur is a defect label too'],
    },
    {
      name: 'a cause twice',
      text: board,
      changes: [['[dust, fibre', '[glare, fibre']],
      faults: ['review.benignCauses[2]: glare stands here twice'],
    },
    {
      name: 'views after the reviews',
      text: spindle,
      changes: [['viewsMs: 2000', 'viewsMs: 5001']],
      faults: ['deadlines.viewsMs: 5001 is after reviewMs 5000'],
    },
    {
      name: 'reviews not before the takt',
      text: spindle,
      changes: [['reviewMs: 5000', 'reviewMs: 6000']],
      faults: ['deadlines.reviewMs: 6000 is not before taktMs 6000'],
    },
    {
      name: 'a key twice',
      text: spindle,
      changes: [['version: 1.0.0', 'version: 1.0.0\nversion: 1.0.1']],
      faults: ['Map keys must be unique'],
    },
  ];
  it.each(table)('$name', ({ text, changes, faults }) => {
    expect(faultsOf(text, ...changes).map(({ message }) => message)).toEqual(faults);
  });

  it.each([
    { name: 'at the key', change: ['iouFrom: 0.4', 'iouFrom: x'], there: 'iouFrom: x' },
    { name: 'at a key nobody knows', change: ['iouFrom: 0.4', 'iouFrom: 0.4\n  iuo: 1'], there: 'iuo: 1' },
    { name: 'at the keys around a missing one', change: ['  iouFrom: 0.4\n', ''], there: 'review:' },
    {
      name: 'at the first key where one of the file is missing',
      change: ['explanationLanguage: en', ''],
      there: 'schemaVersion: 1',
    },
    { name: 'at the entry of a list', change: ['zones: [shoulder]', 'zones: [neck]'], there: 'neck]' },
    { name: 'where the text breaks', change: ['explanationLanguage: en', 'explanationLanguage: [en'], there: '' },
  ] as const)('names line and column: $name', ({ change: [from, to], there }) => {
    const [fault] = faultsOf(spindle, [from, to]);
    const line = spindle.replace(from, to).split('\n')[(fault?.line ?? 0) - 1];
    expect(line?.slice((fault?.column ?? 0) - 1)).toBe(there);
  });

  it('says all faults at once, of keys, of values and of what they say against each other', () => {
    const found = faultsOf(
      spindle,
      ['sharpnessFrom: 1', 'sharpnes: 1'],
      ['failFrom: 0.5', 'failFrom: 0.2'],
      ['[other-exposure]', '[]'],
      ['2027-10-01', '2026-10-31'],
      ['zones: [shoulder]', 'zones: [neck]'],
      ['reviewMs: 5000', 'reviewMs: 9000'],
    );
    expect(found.map(({ message }) => message.replace(/: .*/, ''))).toEqual([
      'views[0].calibration.expiresAt',
      'labels[0].ignoreBelow',
      'acceptance[1].zones[0]',
      'frame.sharpnessFrom',
      'frame.sharpnes',
      'deadlines.reviewMs',
    ]);
  });

  it('points at the beginning of a file that holds no recipe', () => {
    expect(parseRecipe('', november).faults).toEqual([
      { line: 1, column: 1, message: expect.stringContaining('expected object') as string },
    ]);
    expect(parseRecipe('- 1', november).faults).toEqual([
      { line: 1, column: 1, message: expect.stringContaining('expected object') as string },
    ]);
  });

  it('is taken at the end of every band', () => {
    expect(faultsOf(spindle, ['failFrom: 0.5', 'failFrom: 0.25'])).toEqual([]);
    expect(faultsOf(spindle, ['[0.4, 2.5]', '[0.4, 0.4]'], ['viewsMs: 2000', 'viewsMs: 5000'])).toEqual([]);
  });
});
