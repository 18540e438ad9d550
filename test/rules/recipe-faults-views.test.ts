import { describe, expect, it } from 'vitest';
import { board, faultsOf, spindle, type SpoiledRecipe } from './spoiled-recipes.ts';

describe('a recipe is refused for its views, their approvals and zones, and for what it accepts there', () => {
  const table: readonly SpoiledRecipe[] = [
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
      faults: [
        'views[0].calibration.expiresAt: is not after approvedAt 2026-10-01T06:00:00Z',
        'views[0].calibration.expiresAt: has expired (2026-10-01T06:00:00Z)',
      ],
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
  ];
  it.each(table)('$name', ({ text, changes, faults }) => {
    expect(faultsOf(text, ...changes).map(({ message }) => message)).toEqual(faults);
  });
});
