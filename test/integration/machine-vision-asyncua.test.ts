import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { certificateOf } from '#edge/opcua/pki.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { exchangeTrust } from '../support/vision-client.ts';
import { startVisionEdge } from '../support/vision-edge.ts';

const hasAsyncua = spawnSync('python3', ['-c', 'import asyncua']).status === 0;
const note = hasAsyncua ? '' : ' (not run: python3 has no asyncua)';

// Walking the standard's types takes asyncua long on a busy machine.
test.runIf(hasAsyncua)(
  `asyncua walks the vision system, prepares a recipe, starts a job, hears of its result and fetches it${note}`,
  { timeout: 600_000 },
  async () => {
    using folder = scratchFolder();
    const clientPki = join(folder.path, 'client');
    const applicationUri = await exchangeTrust(join(folder.path, 'pki'), clientPki);
    await using edge = await startVisionEdge(folder.path);
    const args = [edge.url, clientPki, applicationUri, certificateOf(edge.pkiDir), 'pcb'];
    const client = spawn('python3', ['test/support/vision-client.py', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    // The line goes on, whatever the client does.
    let parts = 0;
    const line = setInterval(() => {
      parts += 1;
      edge.begin(parts);
      edge.decide(parts);
    }, 500);
    const errors = text(client.stderr);
    const told = (await json(client.stdout).catch(async () => ({ failed: await errors }))) as Told;
    clearInterval(line);
    expect(told.type).toBe('VisionSystemType');
    expect(told.states).toEqual(['Preoperational', 'Initialized', 'Ready', 'SingleExecution', 'Ready']);
    expect(told.recipes).toEqual(['pcb', 'other']);
    expect(told.prepared).toMatchObject({ id: 'pcb', completed: true, error: 0 });
    expect(told.job.error).toBe(0);
    const { resultId, partId } = told.event;
    const n = Number(partId.slice(2));
    expect(resultId).toBe(edge.idOf(n));
    expect(told.event).toMatchObject({ resultState: 1, isSimulated: true, measId: 'measurement-1' });
    expect(told.event.content).toMatchObject({ inspectionId: resultId, serial: partId });
    expect(told.result).toMatchObject({
      resultId,
      resultState: 1,
      recipe: 'pcb',
      error: 0,
      content: told.event.content,
    });
    expect(told.file).toBe(resultId);
    for (const [branch, names] of Object.entries(mandatory))
      expect(Object.keys(told.tree[branch] ?? {}), branch).toEqual(expect.arrayContaining(names));
  },
);

/** What the profile wants to find below the vision system. */
const mandatory = {
  VisionStateMachine: ['CurrentState', 'Halt', 'Reset', 'SelectModeAutomatic', 'AutomaticModeStateMachine'],
  ConfigurationManagement: [
    'ActiveConfiguration',
    'ActivateConfiguration',
    'GetConfigurationById',
    'GetConfigurationList',
  ],
  RecipeManagement: ['GetRecipeListFiltered', 'PrepareRecipe', 'UnprepareRecipe'],
  ResultManagement: ['GetResultById', 'GetResultComponentsById', 'GetResultListFiltered', 'ResultTransfer'],
  DiagnosticLevel: [],
  SystemState: [],
};

/** What the client says it saw. */
interface Told {
  readonly type: string;
  readonly tree: Readonly<Record<string, object>>;
  readonly states: readonly string[];
  readonly recipes: readonly string[];
  readonly prepared: object;
  readonly job: { readonly id: string; readonly error: number };
  readonly event: { readonly resultId: string; readonly partId: string; readonly content: object };
  readonly result: object;
  readonly file: string;
}
