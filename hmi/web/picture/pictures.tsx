import type { ReactNode } from 'react';
import type { CardView } from '#hmi/server/api.schema.ts';
import { GoldenFrame, MarkedFrame } from '#hmi/web/picture/marked-frame.tsx';
import { t } from '#hmi/web/texts/texts.ts';

interface PicturesProps {
  readonly view: CardView;
  readonly stationId: string;
  readonly serial: string;
  /** What lies on the part, under its marks. */
  readonly over?: ReactNode;
  /** What stands between the part and its golden sample. */
  readonly children?: ReactNode;
}

/** The part with its marks and, where there is one, the golden sample beside it, each with its caption. */
export function Pictures({ view, stationId, serial, over, children }: PicturesProps) {
  return (
    <>
      <Captioned caption={t('station.part')}>
        <MarkedFrame view={view} stationId={stationId} serial={serial}>
          {over}
        </MarkedFrame>
      </Captioned>
      {children}
      {view.goldenSha256 !== null && (
        <Captioned caption={t('station.golden')}>
          <GoldenFrame view={view} stationId={stationId} />
        </Captioned>
      )}
    </>
  );
}

/** A picture with what it shows under it. */
export function Captioned({ caption, children }: { readonly caption: string; readonly children: ReactNode }) {
  return (
    <figure>
      {children}
      <figcaption className="caption">{caption}</figcaption>
    </figure>
  );
}
