import { expect, it } from 'vitest';
import { keepsFromInspecting } from '#edge/health.ts';
import { conditionOf } from '#edge/machine-vision/vision-conditions.ts';

// OPC 40100-1, table 128: ranges of severity.
const ranges = {
  VisionWarningConditionType: [401, 600],
  VisionErrorConditionType: [601, 800],
  VisionPersistentErrorConditionType: [801, 1000],
} as const;

it.each([
  ['station', 'warning', 'VisionWarningConditionType', false, false],
  ['station', 'fault', 'VisionErrorConditionType', true, false],
  ['lock', 'fault', 'VisionPersistentErrorConditionType', true, true],
  ['plc', 'fault', 'VisionPersistentErrorConditionType', true, true],
  ['inspection', 'warning', 'VisionWarningConditionType', false, false],
  ['inspection', 'fault', 'VisionPersistentErrorConditionType', true, true],
  ['recipes', 'warning', 'VisionWarningConditionType', false, false],
  ['reviewer', 'warning', 'VisionWarningConditionType', false, false],
  ['reviewer', 'fault', 'VisionErrorConditionType', false, false],
  ['broker', 'warning', 'VisionWarningConditionType', false, false],
  ['outbox', 'fault', 'VisionPersistentErrorConditionType', false, false],
  ['evidence', 'fault', 'VisionPersistentErrorConditionType', false, false],
  ['security', 'warning', 'VisionWarningConditionType', false, false],
  ['security', 'fault', 'VisionPersistentErrorConditionType', false, false],
] as const)('%s at %s is a %s', (...row) => {
  const [name, state, type, stops, blocks] = row;
  const condition = conditionOf(name, { state, stops: keepsFromInspecting(name, state) });
  expect(condition).toMatchObject({ type, stops, blocks });
  const [from, to] = ranges[type];
  expect(condition?.severity).toBeGreaterThanOrEqual(from);
  expect(condition?.severity).toBeLessThanOrEqual(to);
});

it('nothing is told of what is well', () => {
  expect(conditionOf('station', { state: 'ok', stops: false })).toBeNull();
});
