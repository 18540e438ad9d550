import type { Log } from '#host/log.ts';
import type { Health } from '#edge/health.ts';
import type { StationState } from '#edge/station-line.ts';

/** Turns what a connection to the station says into health, and into one log line a change. */
export function stationWatch(health: Health, log: Log): (state: StationState) => void {
  let connected: boolean | null = null;
  health.set('station', 'warning', 'not connected yet');
  return (state) => {
    if (state.kind === 'limited') {
      health.set('station', 'warning', state.why, 'See docs/opcua.md, Plain cameras.');
      log.warn({ why: state.why }, 'the camera is worse than it could be');
      return;
    }
    if (state.kind === 'connected') {
      health.set('station', 'ok', 'connected');
      if (connected !== true) log.info('station connected');
    } else {
      const { fault } = state;
      health.set('station', 'warning', `${fault.code}: ${fault.message}`, fault.wayOut);
      if (connected !== false) log.warn({ code: fault.code, place: fault.place, err: fault }, 'station not reachable');
    }
    connected = state.kind === 'connected';
  };
}
