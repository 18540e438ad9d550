import { useState } from 'react';
import type { CardView, InspectionDetail } from '#hmi/server/api.schema.ts';
import { evidenceUrl } from '#hmi/web/api.ts';
import { pathOf } from '#hmi/web/part/mask-shape.ts';
import { frameShape } from '#hmi/web/picture/frame-shape.ts';
import { Captioned, Pictures } from '#hmi/web/picture/pictures.tsx';
import { t } from '#hmi/web/texts/texts.ts';

type RecordView = InspectionDetail['message']['views'][number];

interface ViewPicturesProps {
  readonly view: CardView;
  readonly record: RecordView | undefined;
  readonly stationId: string;
  readonly serial: string;
}

/** The part beside its golden sample; on demand the pixels that were called, and what differs between the two. */
export function ViewPictures({ view, record, stationId, serial }: ViewPicturesProps) {
  const [masked, setMasked] = useState(false);
  const [compared, setCompared] = useState(false);
  const regions = (record?.detections ?? []).flatMap(({ region }) => (region === null ? [] : [region]));
  const comparable = view.frameSha256 !== null && view.goldenSha256 !== null;
  return (
    <>
      <div className="part-looks" role="group" aria-label={t('part.looks')}>
        {regions.length > 0 && (
          <button aria-pressed={masked} onClick={() => setMasked(!masked)}>
            {t('part.masks')}
          </button>
        )}
        {comparable && (
          <button aria-pressed={compared} onClick={() => setCompared(!compared)}>
            {t('part.difference')}
          </button>
        )}
      </div>
      <div className="part-pictures">
        <Pictures
          view={view}
          stationId={stationId}
          serial={serial}
          over={masked && <Masks view={view} paths={regions.map(pathOf)} />}
        >
          {compared && comparable && (
            <Captioned caption={t('part.differenceWhat')}>
              <Difference view={view} registration={record?.registration ?? null} stationId={stationId} />
            </Captioned>
          )}
        </Pictures>
      </div>
    </>
  );
}

function Masks({ view, paths }: { readonly view: CardView; readonly paths: readonly string[] }) {
  return (
    <svg
      className="masks"
      viewBox={`0 0 ${view.widthPx} ${view.heightPx}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('part.masksAlt', { count: paths.length })}
    >
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}

interface DifferenceProps {
  readonly view: CardView;
  readonly registration: RecordView['registration'];
  readonly stationId: string;
}

/** The golden sample laid over the frame as it was registered: what is alike is black. Drawn by the browser. */
function Difference({ view, registration, stationId }: DifferenceProps) {
  const { frameSha256, goldenSha256, widthPx, heightPx, viewId } = view;
  if (frameSha256 === null || goldenSha256 === null) return null;
  const { dxPx, dyPx, rotationDeg, scale } = registration ?? { dxPx: 0, dyPx: 0, rotationDeg: 0, scale: 1 };
  const shift = `translate(${(dxPx / widthPx) * 100}%, ${(dyPx / heightPx) * 100}%)`;
  const laid = { transform: `${shift} rotate(${rotationDeg}deg) scale(${scale})` };
  return (
    <div className="picture difference" style={frameShape(view)}>
      <img
        src={evidenceUrl(frameSha256, stationId)}
        alt={t('part.differenceAlt', { view: viewId })}
        draggable={false}
      />
      <img src={evidenceUrl(goldenSha256, stationId)} alt="" draggable={false} style={laid} />
    </div>
  );
}
