import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGrouping, type PartFrames } from '#edge/acquire/grouping.ts';
import { createGoldens } from '#edge/detect/goldens.ts';
import type { Frame } from '#edge/frame.ts';
import { inspectPart } from '#edge/inspect/inspect-part.ts';
import type { InspectedPart } from '#edge/inspect/inspected-part.ts';
import { reviewNothing } from '#edge/review/review-views.ts';
import { createRecentFrames } from '#edge/validity/recent-frames.ts';
import type { Recipe } from '#rules/recipe.ts';
import { aViewRule } from '../rules/builders.ts';
import { testTrigger } from '../support/edge-disk.ts';
import { boardPng, boardRecipe, findWhiteCorner } from '../support/edge-station.ts';
import { silentLog } from '../support/silent-log.ts';

const viewIds = ['top', 'bottom', 'side'] as const;
const [good, bad] = await Promise.all([boardPng(1), boardPng(2, true)]);

function recipeOf(views: readonly string[]): Recipe {
  return { ...boardRecipe(), views: views.map((viewId) => aViewRule({ viewId })) };
}

function frameOf(viewId: string, viewCount: number, with_: Partial<Frame> = {}): Frame {
  const trigger = testTrigger(1);
  const seen = { frameId: 1, cameraId: 'c', viewId, viewCount, bytes: good, widthPx: 64, heightPx: 64 } as const;
  return { ...trigger, ...seen, capturedAt: trigger.triggeredAt, encoding: 'png', ...with_ };
}

/** The part that these frames make once no more are waited for. */
function partOf(frames: readonly Frame[]): PartFrames {
  const group = createGrouping(() => 0);
  const events = [...frames.flatMap((frame) => group.addFrame(frame, 0)), ...group.expire(0)];
  const complete = events.find((event) => event.kind === 'complete');
  if (complete?.kind !== 'complete') throw new Error('no part');
  return { ...complete.part, arrivedMs: performance.now() };
}

function inspect(part: PartFrames, recipe: Recipe): Promise<InspectedPart> {
  const model = { name: 'white-corner', version: '1', sha256: '0'.repeat(64) };
  const loaded = { recipe, sha256: '1'.repeat(64), text: '', detect: findWhiteCorner, needsGolden: false, model };
  return inspectPart(part, 'i-1', {
    recipes: new Map([['board', loaded]]),
    control: { recipeInForce: () => null },
    goldens: createGoldens(undefined, 1),
    recentFrames: createRecentFrames(),
    reviewViews: reviewNothing,
    log: silentLog,
    nowMs: () => performance.now(),
    now: () => new Date(),
  });
}

async function verdictOf(frames: readonly Frame[], recipe: Recipe): Promise<string> {
  const { verdict } = await inspect(partOf(frames), recipe);
  const said = new Set(verdict.reasons.map(({ code, detail }) => `${code} ${detail}`));
  return `${verdict.verdict}: ${[...said].join(', ')}`;
}

describe('a part', () => {
  test.each<[string, readonly Frame[], string]>([
    ['all announced views are there', [frameOf('top', 1)], 'pass: '],
    [
      'the camera announced a view that the recipe does not know, and it did not come',
      [frameOf('top', 2)],
      'undecided: view-unknown unnamed',
    ],
    [
      'a view came twice',
      [frameOf('top', 2), frameOf('top', 2, { frameId: 2, bytes: bad })],
      'undecided: view-twice top, frame-invalid repeated, view-unknown unnamed',
    ],
    [
      'a frame of the same trigger tells of another part',
      [frameOf('top', 2), frameOf('bottom', 2, { serial: 'S-2' })],
      'undecided: view-unknown bottom',
    ],
  ])('is judged by what was announced and what came: %s', async (_name, frames, expected) => {
    expect(await verdictOf(frames, recipeOf(['top']))).toBe(expected);
  });

  test('of which a frame is set aside cannot pass, although all views are there', async () => {
    const frames = [frameOf('top', 2), frameOf('top', 2, { frameId: 2 }), frameOf('bottom', 2)];
    expect(await verdictOf(frames, recipeOf(['top', 'bottom']))).toBe(
      'undecided: view-twice top, frame-invalid repeated',
    );
  });

  test('never passes without one of its frames, whatever the recipe names', async () => {
    const scenario = fc.record({
      sent: fc.subarray([...viewIds], { minLength: 2 }),
      named: fc.subarray([...viewIds], { minLength: 1 }),
      dropped: fc.nat(2),
      badView: fc.option(fc.constantFrom(...viewIds)),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ sent, named, dropped, badView }) => {
        const frames = sent.map((viewId, index) => {
          return frameOf(viewId, sent.length, { frameId: index + 1, bytes: viewId === badView ? bad : good });
        });
        const fewer = frames.toSpliced(dropped % frames.length, 1);
        expect((await inspect(partOf(fewer), recipeOf(named))).verdict.verdict).not.toBe('pass');
      }),
      { numRuns: 40 },
    );
  });
});
