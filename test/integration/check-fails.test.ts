import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// A copy of the tree's rules with one clean file; each case plants one fault and runs the command a person runs.
let root = '';
const carried = ['package.json', 'tsconfig.json', '.oxlintrc.json', '.oxfmtrc.json', 'test/check/main.ts', 'host'];

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function check(): { readonly status: number | null; readonly output: string } {
  const environment = {
    ...process.env,
    NO_COLOR: '1',
    PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
  };
  const run = spawnSync(process.execPath, ['test/check/main.ts', '--only', 'format,lint'], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hairline-check-'));
  for (const path of carried) cpSync(path, join(root, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, '.gitignore'), 'node_modules\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const clean = 'export const one = 1;\n';
const planted = [
  {
    name: 'a detector that imports the rules',
    path: 'detector/planted.ts',
    text: "import { two } from '#rules/two.ts';\n\nexport const one = two;\n",
    complaint: 'detector/ may import only detector and host',
  },
  {
    name: 'a pure core that imports a package',
    path: 'rules/planted.ts',
    text: "import { readFileSync } from 'node:fs';\n\nexport const one = readFileSync;\n",
    complaint: 'the core is pure',
  },
  {
    name: 'a store that reaches into the edge',
    path: 'store/planted.ts',
    text: "import { two } from '#edge/outbox/outbox.ts';\n\nexport const one = two;\n",
    complaint: 'store/ knows edge only by its messages and topics',
  },
  {
    name: 'a product folder that imports the line',
    path: 'edge/planted.ts',
    text: "import { two } from '#line/two.ts';\n\nexport const one = two;\n",
    complaint: 'edge/ may import only',
  },
  {
    name: 'a floating promise',
    path: 'edge/planted.ts',
    text: 'async function later(): Promise<void> {}\n\nexport function now(): void {\n  later();\n}\n',
    complaint: 'no-floating-promises',
  },
  {
    name: 'an unformatted file',
    path: 'edge/planted.ts',
    text: 'export const  one = "1"\n',
    complaint: 'edge/planted.ts',
  },
] as const;

describe('npm run check', () => {
  it('holds on a clean tree', () => {
    write('detector/clean.ts', clean);
    const result = check();
    expect(result.status, result.output).toBe(0);
  });

  it.each(planted)('fails on $name', ({ path, text, complaint }) => {
    write(path, text);
    const result = check();
    rmSync(join(root, path));
    expect(result.output).toContain(complaint);
    expect(result.status).toBe(1);
  });

  it('fails on two files that know each other, be it by types alone', () => {
    const knows = (other: string, own: string, its: string): string =>
      `import type { ${its} } from '#edge/${other}.ts';\n\nexport type ${own} = readonly ${its}[];\n`;
    write('edge/one.ts', knows('two', 'One', 'Two'));
    write('edge/two.ts', knows('one', 'Two', 'One'));
    const result = check();
    for (const file of ['one', 'two']) rmSync(join(root, `edge/${file}.ts`));
    expect(result.output).toContain('no-cycle');
    expect(result.status).toBe(1);
  });

  it.each(['messages.schema.ts', 'topics.ts'])('lets the plant side know the edge by its %s', (file) => {
    write('store/planted.ts', `import type { Known } from '#edge/${file}';\n\nexport type Same = Known;\n`);
    const result = check();
    rmSync(join(root, 'store/planted.ts'));
    expect(result.status, result.output).toBe(0);
  });
});
