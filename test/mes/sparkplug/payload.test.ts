import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePayload, readCommand, type DataType, type Metric } from '#mes/sparkplug/payload.ts';
import { decodeSparkplug, encodeCommand } from '../../support/sparkplug-listener.ts';

const integer = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const values: Readonly<Record<DataType, fc.Arbitrary<Metric['value']>>> = {
  Int64: integer,
  DateTime: integer,
  Double: fc.double({ noNaN: true }),
  Boolean: fc.boolean(),
  String: fc.string({ unit: 'grapheme' }),
};
const types = Object.keys(values) as readonly DataType[];
const metric: fc.Arbitrary<Metric> = fc.constantFrom(...types).chain((type) =>
  fc.record({
    name: fc.string({ minLength: 1, unit: 'grapheme' }),
    type: fc.constant(type),
    value: fc.option(values[type]),
    at: integer,
  }),
);

describe('a Sparkplug payload', () => {
  it("reads with Eclipse Tahu's library as it was written, in the order of its instants", () => {
    const payload = fc.record({
      at: integer,
      seq: fc.option(fc.nat({ max: 255 })),
      metrics: fc.array(metric, { maxLength: 8 }),
      historical: fc.boolean(),
    });
    fc.assert(
      fc.property(payload, (written) => {
        const read = decodeSparkplug(encodePayload(written));
        expect(read.timestamp).toBe(written.at);
        expect(read.seq).toBe(written.seq);
        const inOrder = written.metrics.toSorted((a, b) => a.at - b.at);
        expect(read.metrics).toEqual(
          inOrder.map(({ name, type, value, at }) => ({
            name,
            type,
            value,
            timestamp: at,
            historical: written.historical,
          })),
        );
      }),
    );
  });
});

describe('a Sparkplug command', () => {
  it("is read as Eclipse Tahu's library writes it", () => {
    expect(readCommand(encodeCommand(['Node Control/Rebirth', 'Node Control/Reboot']))).toEqual([
      'Node Control/Rebirth',
      'Node Control/Reboot',
    ]);
  });

  it('asks for nothing where it sets a metric to false', () => {
    expect(readCommand(encodeCommand(['Node Control/Rebirth'], false))).toEqual([]);
  });

  it('is an error where the bytes are no payload', () => {
    expect(() => readCommand(Buffer.from('garbage{}'))).toThrow(Error);
  });
});
