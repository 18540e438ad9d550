import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { stationNamespace, stationNodes, wireVerdicts } from '#edge/opcua/station-nodes.ts';
import { faultTable } from '#line/station/faults/bad-day.ts';
import { simulatorNamespace } from '#line/station/faults/simulator-nodes.ts';
import { frameMetaSchema, openTriggersSchema } from '#edge/opcua/station.schema.ts';

const text = readFileSync('docs/opcua.md', 'utf8');
const namesIn = (list: string | undefined): string[] => list?.match(/\w+/g)?.toSorted() ?? [];

it('docs/opcua.md lists the nodes of a station, all of them and no others', () => {
  const listed = [...text.matchAll(/^\| `((?:Camera|Ledger|Result|Trigger|Edge|Plc)[.\w]*)/gm)].flatMap(
    (match) => match[1] ?? [],
  );
  expect(listed.toSorted()).toEqual(Object.values(stationNodes).toSorted());
  expect(text).toContain(stationNamespace);
});

it('docs/opcua.md lists the facts of a frame and of an open trigger', () => {
  expect(namesIn(/^`\{ (triggerNo.*) \}`$/m.exec(text)?.[1])).toEqual(Object.keys(frameMetaSchema.shape).toSorted());
  const open = /`\[\{ (epoch.*), frameIds: /.exec(text)?.[1];
  expect([...namesIn(open), 'frameIds'].toSorted()).toEqual(Object.keys(openTriggersSchema.element.shape).toSorted());
});

it('docs/opcua.md says which number is which verdict', () => {
  const { pass, fail, undecided } = wireVerdicts;
  expect(text).toContain(`${pass} OK, ${fail} NG, ${undecided} no call`);
});

it('docs/opcua.md lists the faults of the simulated station', () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (frames|parts|ms) \| (.*) \|$/gm)];
  const listed = Object.fromEntries(rows.map(([, name, counts, what]) => [name, { counts, what }]));
  expect(listed).toEqual(faultTable);
  expect(text).toContain(simulatorNamespace);
});
