import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FaultError } from '#host/fault.ts';
import { readSettings, type Environment } from '#host/settings.ts';

const schema = z.object({
  HAIRLINE_HTTP_PORT: z.coerce.number().int().min(1).optional(),
  HAIRLINE_SITE: z.string().min(1),
});

function faultOf(environment: Environment): FaultError {
  try {
    readSettings(schema, environment);
  } catch (error) {
    if (error instanceof FaultError) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('settings', () => {
  it('reads what a process needs and leaves the settings of others alone', () => {
    expect(readSettings(schema, { HAIRLINE_SITE: 'a', HAIRLINE_LINE: 'x', PATH: '/bin' })).toEqual({
      HAIRLINE_SITE: 'a',
    });
  });

  it('takes an empty value for unset', () => {
    expect(readSettings(schema, { HAIRLINE_SITE: 'a', HAIRLINE_HTTP_PORT: '' })).toEqual({ HAIRLINE_SITE: 'a' });
  });

  it('names all faults at once', () => {
    const fault = faultOf({ HAIRLINE_HTTP_PORT: 'eighty', HAIRLINE_HTTP_PRT: '1' });
    expect(fault.code).toBe('CONFIG_UNKNOWN_KEY');
    expect(fault.message).toContain('HAIRLINE_HTTP_PRT is no setting (HAIRLINE_HTTP_PORT?)');
    expect(fault.message).toContain('HAIRLINE_HTTP_PORT: ');
    expect(fault.message).toContain('HAIRLINE_SITE: ');
  });
});
