import { describe, expect, it } from 'vitest';
import { parseRecipe } from '#rules/files/parse-recipe.ts';
import { board, faultsOf, november, spindle, type SpoiledRecipe } from './spoiled-recipes.ts';

describe('a recipe with faults is refused', () => {
  const table: readonly SpoiledRecipe[] = [
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
      faults: ['explanationLanguage: is missing'],
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
    {
      name: 'an alias of an anchor that is not there',
      text: spindle,
      changes: [['model: surface', 'model: *surface']],
      faults: ['*surface stands for nothing: no &surface before it'],
    },
    {
      name: 'a second recipe in the file',
      text: spindle,
      changes: [[/$/, '---\nid: other\n']],
      faults: ['a second document begins here'],
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

  it('says all faults at once, of form, of keys, of values and of what they say against each other', () => {
    const found = faultsOf(
      spindle,
      ['version: 1.0.0', 'version: 1.0.0\nversion: 1.0.1'],
      ['sharpnessFrom: 1', 'sharpnes: 1'],
      ['failFrom: 0.5', 'failFrom: 0.2\n    failForm: 0.5'],
      ['[other-exposure]', '[]'],
      ['2027-10-01', '2026-10-31'],
      ['zones: [shoulder]', 'zones: [neck]'],
      ['reviewMs: 5000', 'reviewMs: 9000'],
      ['insideFrom: 0.5', 'insideFrom: 50'],
    );
    expect(found.map(({ message }) => message)).toEqual([
      'Map keys must be unique',
      'views[0].calibration.expiresAt: has expired (2026-10-31T06:00:00Z)',
      'views[0].zones[1].insideFrom: Too big: expected number to be <=1',
      'labels[0].ignoreBelow: 0.25 is above failFrom 0.2',
      'labels[0].failForm: is no key of a recipe',
      'labels[0].authority: needs independent evidence, and independentKinds is empty',
      'acceptance[1].zones[0]: neck is no zone for acceptance of any view',
      'frame.sharpnessFrom: is missing',
      'frame.sharpnes: is no key of a recipe',
      'deadlines.reviewMs: 9000 is not before taktMs 6000',
    ]);
  });

  it('compares nothing with a value of a wrong kind, and says the rest', () => {
    const found = faultsOf(
      spindle,
      ['failFrom: 0.5', 'failFrom: high'],
      ['[other-exposure]', '[]'],
      ['zones: [shoulder]', 'zones: [neck]'],
    );
    expect(found.map(({ message }) => message.replace(/: .*/, ''))).toEqual([
      'labels[0].failFrom',
      'acceptance[1].zones[0]',
    ]);
  });

  it('does not unfold aliases of aliases without end', () => {
    const tens = (name: string, of: string): string =>
      `${name}: &${name} [${Array.from({ length: 10 }, () => of).join()}]\n`;
    const { faults } = parseRecipe(tens('a', '1') + tens('b', '*a') + tens('c', '*b') + tens('d', '*c'), november);
    expect(faults).toEqual([{ line: 1, column: 1, message: expect.stringContaining('alias') as string }]);
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
