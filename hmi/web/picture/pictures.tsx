import type { CardView } from '#hmi/server/api.schema.ts';
import { GoldenFrame, MarkedFrame } from '#hmi/web/picture/marked-frame.tsx';
import { t } from '#hmi/web/texts/texts.ts';

interface PicturesProps {
  readonly view: CardView;
  readonly stationId: string;
  readonly serial: string;
}

/** The part with its marks and, where there is one, the golden sample beside it, each with its caption. */
export function Pictures({ view, stationId, serial }: PicturesProps) {
  return (
    <>
      <figure>
        <MarkedFrame view={view} stationId={stationId} serial={serial} />
        <figcaption className="caption">{t('station.part')}</figcaption>
      </figure>
      {view.goldenSha256 !== null && (
        <figure>
          <GoldenFrame view={view} stationId={stationId} />
          <figcaption className="caption">{t('station.golden')}</figcaption>
        </figure>
      )}
    </>
  );
}
