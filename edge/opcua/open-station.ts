import { createCamera } from '#edge/opcua/create-camera.ts';
import { createStationLine, type StationLineOptions } from '#edge/opcua/create-station-line.ts';
import { createCountedLine } from '#edge/opcua/plain/counted-line.ts';
import { loadCameraFile } from '#edge/opcua/plain/load-camera-file.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import type { StationTools } from '#edge/run-station.ts';
import type { StationConnectionName, StationState } from '#edge/station-line.ts';

/** Where the station is, and who hears how each connection to it does. */
export interface StationOptions extends Pick<StationLineOptions, 'address' | 'onNote'> {
  readonly onState: (name: StationConnectionName, state: StationState) => void;
}

export interface StationParts {
  /** The nodes of a camera that is no station; undefined where the station has its own. */
  readonly cameraFile: string | undefined;
  readonly outbox: Pick<Outbox, 'newest'>;
  readonly stack: AsyncDisposableStack;
}

/** The line and the camera: both the station's, or a plain camera and a line that goes by its counter. */
export async function openStation(
  { address: stationAddress, onNote, onState }: StationOptions,
  { cameraFile, outbox, stack }: StationParts,
): Promise<Pick<StationTools, 'line' | 'openCamera'>> {
  const station = { address: stationAddress, onNote, onState: onState.bind(null, 'line') };
  const camera = { address: stationAddress, onNote, onState: onState.bind(null, 'camera') };
  const openLine = async () => stack.use(await createStationLine(station));
  if (cameraFile === undefined)
    return { line: await openLine(), openCamera: (after) => createCamera({ ...camera, layout: null, after }) };
  const layout = await loadCameraFile(cameraFile);
  const address = { ...stationAddress, url: layout.url ?? stationAddress.url, foreign: true };
  const line = createCountedLine(layout, layout.results === 'station' ? await openLine() : null, () => new Date());
  // The ledger is in memory: what the camera counted since the last part on disk nobody has seen.
  const last = outbox.newest();
  const after = last && { epoch: last.epoch, frameId: last.triggerNo * layout.views.length };
  return { line, openCamera: () => line.watch(createCamera({ ...camera, address, layout, after })) };
}
