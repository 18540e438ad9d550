import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runKilledLine } from '../support/killed-line.ts';
import { printResult, type ResultLine } from '../support/result-line.ts';

const help = `npm run campaign -- line [--parts N] [--kills N]

A station, a PLC and an edge node, each other's strangers over OPC UA; the edge node is killed (SIGKILL) at random moments
after a part was asked for. No part may be released but on its own OK, as it stands on the edge node's disk.

  --parts N   parts that the PLC asks for (default 300)
  --kills N   kills of the edge node among them (default 60)
`;

/** 1 where a part was released wrongly, or a trigger has no verdict. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      parts: { type: 'string', default: '300' },
      kills: { type: 'string', default: '60' },
    },
  });
  if (values.help) {
    process.stderr.write(help);
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hairline-line-'));
  try {
    const [parts, kills] = [Number(values.parts), Number(values.kills)];
    const done = await runKilledLine({ folder, parts, kills, random: Math.random });
    const on = `${parts} parts, edge node killed ${kills} times`;
    const released = done.moves.filter(({ gate }) => gate === 'ok').length;
    const results = [
      result(on, 'parts released', released, null),
      result(on, 'parts released on anything but their own OK', done.wrongReleases.length, 0),
      result(on, 'triggers without a verdict', done.undecidedFor.length, 0),
      result(on, 'parts without exactly one move of the gate', Math.abs(parts - done.moves.length), 0),
    ];
    results.forEach(printResult);
    return results.some(({ holds }) => holds === false) ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function result(on: string, name: string, value: number, upTo: number | null): ResultLine {
  const goal = upTo === null ? '' : `at most ${upTo}`;
  const alone = { anchor: '', anchorValue: null, ratio: null };
  return { name, case: on, value, unit: 'parts', ...alone, goal, holds: upTo === null ? null : value <= upTo };
}
