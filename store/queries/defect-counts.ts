import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { lastDisposition } from '#store/queries/last-disposition.ts';
import type { Period } from '#store/queries/pareto-of-labels.ts';

/** First attempts of a period that were judged by one recipe. */
export interface InspectedByRecipe {
  /** As the last of them names it; null where it was judged by none. */
  readonly recipe: { readonly name: string; readonly version: string; readonly sha256: string } | null;
  /** Views of the last of them. */
  readonly views: number;
  readonly inspected: number;
}

/** First attempts of a period by recipe, known bad parts left out. */
export async function inspectedByRecipe(database: Database, period: Period): Promise<readonly InspectedByRecipe[]> {
  return inspectedByRecipeQuery(database, period).execute();
}

export function inspectedByRecipeQuery(database: Database, { from, to, stationId }: Period) {
  const grouped = database
    .selectFrom('inspection')
    .select((eb) => [
      'stationId',
      'productId',
      'recipeVersion',
      eb.fn.countAll<number>().as('inspected'),
      eb.fn.max('decidedAt').as('lastAt'),
    ])
    .where('attempt', '=', 1)
    .where('challenge', '=', false)
    .where('decidedAt', '>=', from)
    .where('decidedAt', '<', to)
    .$if(stationId !== undefined, (query) => query.where('stationId', '=', stationId ?? ''))
    .groupBy(['stationId', 'productId', 'recipeVersion']);
  return database
    .selectFrom(grouped.as('grouped'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('inspection')
          .select('inspection.message')
          .whereRef('inspection.decidedAt', '=', 'grouped.lastAt')
          .whereRef('inspection.stationId', '=', 'grouped.stationId')
          .whereRef('inspection.productId', '=', 'grouped.productId')
          .whereRef('inspection.recipeVersion', 'is not distinct from', 'grouped.recipeVersion')
          .where('inspection.challenge', '=', false)
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select([
      sql<InspectedByRecipe['recipe']>`nullif(last.message -> 'digests' -> 'recipe', 'null'::jsonb)`.as('recipe'),
      sql<number>`jsonb_array_length(last.message -> 'views')`.as('views'),
      'grouped.inspected',
    ])
    .orderBy('grouped.inspected', 'desc');
}

/**
 * Defects on first attempts of a period: what failed, and what a person saw a defect in. A part on which a person saw none
 * has none; known bad parts are left out.
 */
export async function defectsOfPeriod(database: Database, period: Period): Promise<number> {
  const { defects } = await defectsOfPeriodQuery(database, period).executeTakeFirstOrThrow();
  return defects;
}

export function defectsOfPeriodQuery(database: Database, { from, to, stationId }: Period) {
  return database
    .selectFrom('detection')
    .innerJoin('inspection', (join) =>
      join
        .onRef('inspection.inspectionId', '=', 'detection.inspectionId')
        .onRef('inspection.decidedAt', '=', 'detection.decidedAt'),
    )
    .leftJoinLateral(
      (eb) => lastDisposition(eb).select('disposition.verified as saw').as('person'),
      (join) => join.onTrue(),
    )
    .select((eb) => eb.fn.countAll<number>().as('defects'))
    .where('detection.outcome', 'in', ['doubt', 'fail'])
    .where('detection.decidedAt', '>=', from)
    .where('detection.decidedAt', '<', to)
    .where('inspection.attempt', '=', 1)
    .where('inspection.challenge', '=', false)
    .where(sql<boolean>`(case person.saw when 'defect' then true when 'false-call' then false
      else detection.outcome = 'fail' end)`)
    .$if(stationId !== undefined, (query) => query.where('detection.stationId', '=', stationId ?? ''));
}
