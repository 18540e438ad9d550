import { describe, expect, it } from 'vitest';
import { createHostState } from '#mes/sparkplug/host-state.ts';
import { silentLog } from '../../support/silent-log.ts';

describe('what the primary host says of itself', () => {
  it('counts unless it is older than what was heard before, or cannot be read', () => {
    const host = createHostState(silentLog);
    const hear = (text: string) => host.hear(Buffer.from(text));
    expect(hear('ONLINE')).toBeNull();
    expect(hear('{"online":true}')).toBeNull();
    expect(hear('{"online":true,"timestamp":20}')).toBe('online');
    expect(hear('{"online":false,"timestamp":19}')).toBeNull();
    expect(hear('{"online":false,"timestamp":20,"more":1}')).toBe('offline');
    expect(hear('{"online":true,"timestamp":21}')).toBe('online');
  });
});
