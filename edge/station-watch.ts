import type { Log } from '#host/log.ts';
import type { Health } from '#edge/health.ts';
import type { StationConnectionName, StationState } from '#edge/station-line.ts';

/**
 * Turns what the connections to the station say into health, and into one log line a change. The station is well when
 * all of them are: without frames, and without the way for verdicts, no part is inspected.
 */
export function stationWatch(health: Health, log: Log): (name: StationConnectionName, state: StationState) => void {
  const last = new Map<StationConnectionName, StationState>();
  let connected: boolean | null = null;
  const show = (): void => {
    const states = [...last.values()];
    const lost = states.find((state) => state.kind === 'disconnected');
    const limited = states.find((state) => state.kind === 'limited');
    if (lost) health.set('station', 'fault', `${lost.fault.code}: ${lost.fault.message}`, lost.fault.wayOut);
    else if (limited) health.set('station', 'warning', limited.why, 'See docs/opcua.md, Plain cameras.');
    else if (last.has('camera')) health.set('station', 'ok', 'connected');
  };
  health.set('station', 'fault', 'not connected yet');
  return (name, state) => {
    // The line is connected by its next use alone: one that breaks while nobody needs it is not known to be away.
    if (name === 'line' && state.kind === 'disconnected' && state.retryInMs === 0) return;
    last.set(name, state);
    show();
    if (state.kind === 'limited') return log.warn({ why: state.why }, 'the camera is worse than it could be');
    const allConnected = last.has('camera') && [...last.values()].every(({ kind }) => kind !== 'disconnected');
    // The line is there first; that its camera has not answered yet is known already.
    if (connected === null && !allConnected && state.kind !== 'disconnected') return;
    if (connected === allConnected) return;
    connected = allConnected;
    if (allConnected) return log.info('station connected');
    if (state.kind === 'disconnected') {
      const { fault } = state;
      log.warn({ code: fault.code, place: fault.place, err: fault, connection: name }, 'station not reachable');
    }
  };
}
