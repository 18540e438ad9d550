import type { Quality } from '#hmi/server/quality.schema.ts';
import { percent, plainNumber } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** The figures of a period, each with what it is a share of. What nobody knows is said to be unknown. */
export function Tiles({ quality: { figures, counts } }: { readonly quality: Quality }) {
  const { fpyMachine, fpyTrue, falseCallPpm, dpmo, escapes } = figures;
  const { judged, called, falseCalls, inspected, escaped, audited, foundLater, defects, opportunities } = counts;
  const share = (value: number | null): string => (value === null ? '–' : percent(value));
  const tiles = [
    { key: 'fpyMachine', value: share(fpyMachine.share), note: t('quality.ofFirst', { of: fpyMachine.of }) },
    { key: 'fpyTrue', value: share(fpyTrue.share), note: t('quality.ofFirst', { of: fpyTrue.of }) },
    {
      key: 'falseCalls',
      value:
        falseCallPpm === null
          ? t('quality.escapesUnknown')
          : t('quality.falseCallsValue', { ppm: plainNumber(falseCallPpm, 0) }),
      note: t('quality.falseCallsOf', { count: falseCalls, of: inspected, judged, called }),
    },
    {
      key: 'dpmo',
      value: dpmo === null ? t('quality.escapesUnknown') : plainNumber(dpmo, 0),
      note:
        opportunities === null
          ? t('quality.dpmoUnknown', { defects })
          : t('quality.dpmoOf', { defects, opportunities: plainNumber(opportunities, 0), inspected }),
    },
    {
      key: 'escapes',
      value:
        escapes === null
          ? t('quality.escapesUnknown')
          : t('quality.escapesValue', { low: percent(escapes.low), high: percent(escapes.high) }),
      note: [
        escapes === null ? t('quality.escapesHow') : t('quality.escapesOf', { escaped, audited }),
        ...(foundLater > 0 ? [t('quality.foundLater', { count: foundLater })] : []),
      ].join(' '),
    },
  ];
  return (
    <dl className="tiles">
      {tiles.map(({ key, value, note }) => (
        <div key={key} className="panel">
          <dt>{t(`quality.${key}`)}</dt>
          <dd className="tile-value">{value}</dd>
          <dd className="soft">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
