import type { Health } from '#edge/health.ts';
import type { Log } from '#host/log.ts';

/** Turns what is known of the station's PLC into health, and into one log line a change. */
export function plcWatch(health: Health, log: Log): (state: 'alive' | 'silent' | 'none') => void {
  return (state) => {
    switch (state) {
      case 'alive':
        health.set('plc', 'ok', 'its heartbeat moves');
        return log.info('PLC alive');
      case 'silent':
        health.set(
          'plc',
          'warning',
          'its heartbeat stands still',
          'Look at the PLC; no part is triggered or released.',
        );
        return log.warn('PLC silent');
      case 'none':
        return log.info('the station has no nodes of a PLC: parts come by themselves');
    }
  };
}
