import { createBallscrewSource } from '#line/ballscrew/ballscrew-source.ts';
import { createBoardSource } from '#line/boards/board-source.ts';
import { createImageSource } from '#line/images/image-source.ts';
import type { PartSource } from '#line/part-source.ts';
import type { StationCommand } from '#line/station/station-options.ts';

/** The parts a station shows: those of a folder when one is named, else its own. @throws FaultError of the folder */
export async function openPartSource({ station, seed, images, recipe }: StationCommand): Promise<PartSource> {
  if (images !== undefined) return createImageSource({ dir: images, recipeId: recipe ?? null });
  return station === 'ballscrew' ? createBallscrewSource() : createBoardSource({ seed });
}
