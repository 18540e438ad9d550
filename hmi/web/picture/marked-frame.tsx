import { useEffect, useState } from 'react';
import type { CardView, Mark } from '#hmi/server/api.schema.ts';
import { evidenceUrl } from '#hmi/web/api.ts';
import { frameShape } from '#hmi/web/picture/frame-shape.ts';
import { markText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/picture.css';

interface FrameProps {
  readonly view: CardView;
  readonly stationId: string;
  readonly serial: string;
}

/** A frame as it was judged, with the boxes of both stages on it, and under them what is laid over it. */
export function MarkedFrame({
  view,
  stationId,
  serial,
  children,
}: FrameProps & { readonly children?: React.ReactNode }) {
  if (view.frameSha256 === null) return <p className="no-picture">{t('station.noFrame')}</p>;
  const alt = t('picture.frameAlt', { view: view.viewId, serial, count: view.marks.length });
  return (
    <Picture view={view} sha256={view.frameSha256} stationId={stationId} alt={alt} crowded={view.marks.length > 3}>
      {children}
      {view.marks.map((mark) => (
        <MarkBox key={`${mark.stage}-${mark.id}`} mark={mark} view={view} />
      ))}
    </Picture>
  );
}

/** The golden sample of a view, at the size of its frame. */
export function GoldenFrame({ view, stationId }: Omit<FrameProps, 'serial'>) {
  if (view.goldenSha256 === null) return null;
  const alt = t('picture.goldenAlt', { view: view.viewId });
  return <Picture view={view} sha256={view.goldenSha256} stationId={stationId} alt={alt} />;
}

// As often as the pages ask for everything else.
const askAgainMs = 10_000;

interface PictureProps {
  readonly view: CardView;
  readonly sha256: string;
  readonly stationId: string;
  readonly alt: string;
  /** So many marks that the labels of suspicions would hide the part. */
  readonly crowded?: boolean;
  readonly children?: React.ReactNode;
}

function Picture({ view, sha256, stationId, alt, crowded = false, children }: PictureProps) {
  const [lost, setLost] = useState<string | null>(null);
  const [seen, setSeen] = useState<string | null>(null);
  // An edge node that was busy for a moment leaves no hole on a panel that nobody touches.
  useEffect(() => {
    if (lost === null) return;
    const timer = setTimeout(() => setLost(null), askAgainMs);
    return () => clearTimeout(timer);
  }, [lost]);
  if (lost === sha256) {
    return (
      <p className="no-picture">
        {t('station.frameAway')} <button onClick={() => setLost(null)}>{t('shell.again')}</button>
      </p>
    );
  }
  return (
    <div className={`picture ${crowded ? 'crowded' : ''}`} style={frameShape(view)}>
      <img
        src={evidenceUrl(sha256, stationId)}
        alt={alt}
        draggable={false}
        onLoad={() => setSeen(sha256)}
        onError={() => setLost(sha256)}
      />
      {seen !== sha256 && <span className="picture-loading">{t('station.frameComing')}</span>}
      {children}
    </div>
  );
}

function MarkBox({ mark, view }: { readonly mark: Mark; readonly view: CardView }) {
  const { box, stage, outcome } = mark;
  const place = {
    '--x': box.x1 / view.widthPx,
    '--y': box.y1 / view.heightPx,
    '--w': (box.x2 - box.x1) / view.widthPx,
    '--h': (box.y2 - box.y1) / view.heightPx,
  } as React.CSSProperties;
  const sides = `${box.x1 / view.widthPx > 0.5 ? 'at-right' : ''} ${box.y1 / view.heightPx < 0.1 ? 'at-top' : ''}`;
  return (
    <div className={`mark mark-${stage} mark-${outcome ?? 'accept'} ${sides}`} style={place}>
      <span className="mark-label">
        <span className="mark-stage">{t(`picture.${stage}`)}: </span>
        {markText(mark)}
      </span>
    </div>
  );
}
