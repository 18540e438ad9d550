import { beforeEach, describe, expect, it } from 'vitest';
import { FaultError } from '#host/fault.ts';
import { createHealth, type Health } from '#edge/health.ts';
import { stationWatch } from '#edge/station-watch.ts';
import type { StationState } from '#edge/station-line.ts';
import { silentLog } from '../support/silent-log.ts';

let health: Health;
let heard: ReturnType<typeof stationWatch>;

beforeEach(() => {
  health = createHealth();
  heard = stationWatch(health, silentLog);
});

const connected: StationState = { kind: 'connected' };
const away = (retryInMs: number): StationState => {
  const fault = new FaultError('STATION_UNREACHABLE', 'no answer', { place: 'opc.tcp://x', wayOut: 'Start it.' });
  return { kind: 'disconnected', fault, retryInMs };
};
const station = () => health.read().components['station'];

describe('the health of a station', () => {
  it('keeps parts from being inspected until it is connected', () => {
    expect(station()).toMatchObject({ state: 'fault', stops: true });
    heard('line', connected);
    expect(station(), 'its camera has not answered yet').toMatchObject({ state: 'fault', stops: true });
    heard('camera', connected);
    expect(station()).toMatchObject({ state: 'ok', stops: false });
  });

  it('is not made well by its line while its camera is away', () => {
    heard('camera', away(200));
    heard('line', connected);
    expect(station()).toMatchObject({ state: 'fault', stops: true, detail: 'STATION_UNREACHABLE: no answer' });
    heard('camera', connected);
    expect(station()).toMatchObject({ state: 'ok' });
  });

  it('goes on while its line broke and nobody has needed it since', () => {
    heard('camera', connected);
    heard('line', connected);
    heard('line', away(0));
    expect(station()).toMatchObject({ state: 'ok' });
    heard('line', away(200));
    expect(station()).toMatchObject({ state: 'fault', stops: true });
  });

  it('warns of a camera that is worse than it could be, and inspects', () => {
    heard('camera', { kind: 'limited', why: 'a short queue' });
    heard('line', connected);
    expect(station()).toMatchObject({ state: 'warning', stops: false, detail: 'a short queue' });
  });
});
