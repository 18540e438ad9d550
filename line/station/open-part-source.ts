import { createBoardSource } from '#line/boards/board-source.ts';
import type { PartSource } from '#line/part-source.ts';
import type { StationCommand } from '#line/station/station-options.ts';

/** The parts a station shows. */
export async function openPartSource(command: StationCommand): Promise<PartSource> {
  return createBoardSource({ seed: command.seed });
}
