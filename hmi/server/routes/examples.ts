import { Readable } from 'node:stream';
import { z } from 'zod';
import { problemSchema } from '#hmi/server/api.schema.ts';
import { examplePreviewSchema } from '#hmi/server/examples.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { exportTooLong, problem } from '#hmi/server/problem.ts';
import { actorOf } from '#hmi/server/roles.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { zipOf } from '#hmi/server/zip.ts';
import { exportExamples, type FindImage } from '#store/examples/export-examples.ts';
import { createFindImage } from '#store/examples/find-image.ts';
import { noteExport } from '#store/examples/note-export.ts';
import { planExamples, previewOf, type ExampleWish } from '#store/examples/plan-examples.ts';
import { loadPrompts } from '#store/examples/prompts.ts';

const question = z.strictObject({
  from: z.iso.datetime().optional().describe('Decided at or after'),
  to: z.iso.datetime().optional().describe('Decided before'),
  station: z.string().optional(),
  label: z.string().optional().describe('Called a defect or a doubt with this label'),
  validation: z.coerce.number().min(0).max(1).default(0.2).describe('Share of the parts that is held out'),
});

// Longer than the edge nodes may keep silent. Whoever reads nothing for so long keeps everybody else from exporting.
const silentUpToMs = 300_000;

const busy = problem('EXPORT_RUNS', 'another export is under way', 'Wait until it has ended, then ask again.');

/** What people corrected and where the stages disagreed: what there is, and all of it as one ZIP file. */
export function addExampleRoutes(server: TypedServer, parts: ServerParts): void {
  const { database, log } = parts;
  // An export reads every image from the disk or from the edge nodes: one at a time leaves them to the line.
  let running: symbol | null = null;

  server.get(
    '/api/v1/examples',
    {
      config: { role: 'quality' },
      schema: {
        summary: 'Hard examples to train on: how many, of what, and what would be left out',
        querystring: question,
        response: { 200: examplePreviewSchema, 400: problemSchema },
      },
    },
    async ({ query }, reply) => {
      const plan = await planExamples(database, toWish(query, parts));
      return plan === null ? reply.code(400).send(exportTooLong) : previewOf(database, plan);
    },
  );

  server.get(
    '/api/v1/examples.zip',
    {
      // Asking for the head alone would make the whole.
      exposeHeadRoute: false,
      config: { role: 'quality' },
      schema: { summary: 'The same with their images, as COCO and chat files in one ZIP', querystring: question },
    },
    async (request, reply) => {
      if (running !== null) return reply.code(409).send(busy);
      const mine = Symbol('export');
      running = mine;
      const ended = (): void => void (running = running === mine ? null : running);
      try {
        const wish = toWish(request.query, parts);
        const plan = await planExamples(database, wish);
        if (plan === null) {
          ended();
          return reply.code(400).send(exportTooLong);
        }
        await noteExport(database, actorOf(request), wish);
        const info = { madeAt: parts.now().toISOString(), description: 'Hard examples' };
        const sources = { findImage: findImageBy(parts), prompts: await loadPrompts(), info };
        const zip = Readable.from(zipOf(untilEnded(exportExamples(plan, sources), ended), parts.now()), {
          objectMode: false,
        });
        reply.raw.setTimeout(silentUpToMs, () => reply.raw.destroy());
        // Who leaves before the first byte has started nothing that could end.
        zip.once('close', ended);
        // Too late to answer otherwise: the download breaks off, and a ZIP without its end opens nowhere.
        zip.once('error', (error) => log.error({ err: error }, 'export of examples broke off'));
        const disposition = 'attachment; filename="hairline-examples.zip"';
        return reply.header('content-disposition', disposition).type('application/zip').send(zip);
      } catch (error) {
        ended();
        throw error;
      }
    },
  );
}

/** Tells of the last file before the download ends, so that whoever asks again then is not turned away. */
async function* untilEnded<File>(files: AsyncGenerator<File, unknown>, ended: () => void): AsyncGenerator<File> {
  try {
    yield* files;
  } finally {
    ended();
  }
}

function toWish({ station, validation, ...rest }: z.infer<typeof question>, { recipeDir }: ServerParts): ExampleWish {
  return { filter: { ...rest, stationId: station }, validation, recipeDir };
}

function findImageBy({ heldEvidence, edges }: ServerParts): FindImage {
  return createFindImage({
    held: heldEvidence,
    ask: async (sha256, stationId) => {
      // Nobody is asked whose address is not known: the image may well be there.
      if (!edges.stationIds.includes(stationId)) return 'unknown';
      const image = await edges.evidence(sha256, stationId);
      return image === 'station-unknown' ? 'unknown' : image;
    },
  });
}
