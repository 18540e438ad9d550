import type { Log } from '#host/log.ts';
import { parseJson } from '#host/parse-json.ts';
import { hostStateSchema } from '#mes/sparkplug/host-state.schema.ts';

/** Reads what the primary host says of itself. */
export interface HostState {
  /** null for what cannot be read, and for what is older than what was heard before: a will may arrive late. */
  readonly hear: (payload: Uint8Array) => 'online' | 'offline' | null;
}

export function createHostState(log: Log): HostState {
  let latest = -Infinity;
  return {
    hear: (payload) => {
      const parsed = hostStateSchema.safeParse(parseJson(Buffer.from(payload).toString('utf8')));
      if (!parsed.success || parsed.data.timestamp < latest) {
        log.warn({ latest, read: parsed.data ?? null }, 'state of the Sparkplug host not taken: unreadable or older');
        return null;
      }
      latest = parsed.data.timestamp;
      return parsed.data.online ? 'online' : 'offline';
    },
  };
}
