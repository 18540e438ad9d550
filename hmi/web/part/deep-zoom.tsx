import OpenSeadragon from 'openseadragon';
import { useEffect, useRef, useState } from 'react';
import type { CardView, Mark } from '#hmi/server/api.schema.ts';
import { tileUrl } from '#hmi/web/api.ts';
import { boxElement, sourceOf } from '#hmi/web/part/zoom-source.ts';
import { Legend } from '#hmi/web/picture/legend.tsx';
import { markText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface DeepZoomProps {
  readonly view: CardView;
  readonly sha256: string;
  readonly stationId: string;
}

type State = 'looking' | 'there' | 'gone' | 'away' | 'unreadable' | 'failed';

/** A frame in tiles, down to its pixels, with the boxes of both stages; by mouse, touch and keys. */
export function DeepZoom({ view, sha256, stationId }: DeepZoomProps) {
  const place = useRef<HTMLDivElement>(null);
  const viewer = useRef<OpenSeadragon.Viewer>(null);
  const [state, setState] = useState<State>('looking');
  const [boxed, setBoxed] = useState(true);
  useEffect(() => {
    const stopper = new AbortController();
    void stateOf(view, sha256, stationId, stopper.signal).then((found) => {
      if (!stopper.signal.aborted) setState(found);
    });
    return () => stopper.abort();
  }, [view, sha256, stationId]);
  useEffect(() => {
    if (state !== 'there' || place.current === null) return undefined;
    const opened = openViewer(place.current, { view, sha256, stationId });
    viewer.current = opened;
    return () => opened.destroy();
  }, [state, view, sha256, stationId]);
  if (state === 'looking') return <p className="zoom-words">{t('part.zoom.loading')}</p>;
  if (state !== 'there') {
    return (
      <p className="zoom-words" role="alert">
        {t(`part.zoom.${state}`)}
      </p>
    );
  }
  return (
    <>
      <Tools view={view} viewer={viewer} boxed={boxed} onBoxed={() => setBoxed(!boxed)} />
      <div ref={place} className={`zoom-room ${boxed ? '' : 'zoom-bare'}`} />
    </>
  );
}

interface ToolsProps {
  readonly view: CardView;
  readonly viewer: React.RefObject<OpenSeadragon.Viewer | null>;
  readonly boxed: boolean;
  readonly onBoxed: () => void;
}

const step = 1.6;

function Tools({ view, viewer, boxed, onBoxed }: ToolsProps) {
  const zoomBy = (factor: number): void => {
    viewer.current?.viewport.zoomBy(factor);
    viewer.current?.viewport.applyConstraints();
  };
  return (
    <div className="zoom-tools">
      <button onClick={() => zoomBy(step)}>{t('review.zoomIn')}</button>
      <button onClick={() => zoomBy(1 / step)}>{t('review.zoomOut')}</button>
      <button onClick={() => viewer.current?.viewport.goHome()}>{t('part.zoom.whole')}</button>
      {view.marks.length > 0 && (
        <button aria-pressed={boxed} onClick={onBoxed}>
          {t('review.boxes')}
        </button>
      )}
      <ul className="zoom-places" aria-label={t('part.zoom.places')}>
        {view.marks.map((mark) => (
          <li key={`${mark.stage}-${mark.id}`}>
            <button onClick={() => lookAt(viewer.current, mark)}>
              {t('review.zoomTo', { label: wordsFor(mark) })}
            </button>
          </li>
        ))}
      </ul>
      <Legend marks={view.marks} />
      <p className="soft">{t('part.zoom.keys')}</p>
    </div>
  );
}

function wordsFor(mark: Mark): string {
  return `${markText(mark)} · ${t(`picture.${mark.stage}`)}`;
}

/** Shows a place with as much around it again on each side. */
function lookAt(viewer: OpenSeadragon.Viewer | null, { box }: Mark): void {
  const item = viewer?.world.getItemAt(0);
  if (!viewer || !item) return;
  const side = Math.max(24, box.x2 - box.x1, box.y2 - box.y1) * 3;
  const [x, y] = [(box.x1 + box.x2 - side) / 2, (box.y1 + box.y2 - side) / 2];
  viewer.viewport.fitBounds(item.imageToViewportRectangle(x, y, side, side));
}

/** Asks for the smallest tile: a picture in the page does not say why it does not come. */
async function stateOf(view: CardView, sha256: string, stationId: string, signal: AbortSignal): Promise<State> {
  const { coarsest } = sourceOf(view);
  try {
    const answer = await fetch(tileUrl({ sha256, stationId, shrink: coarsest, column: 0, row: 0 }), { signal });
    if (answer.ok) return 'there';
    if (answer.status === 404) return 'gone';
    if (answer.status === 413 || answer.status === 422) return 'unreadable';
    return answer.status === 502 ? 'away' : 'failed';
  } catch {
    return 'failed'; // the server does not answer: the page says so above
  }
}

function openViewer(element: HTMLElement, { view, sha256, stationId }: DeepZoomProps): OpenSeadragon.Viewer {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const { source } = sourceOf(view);
  keepOwnStyles();
  const viewer = OpenSeadragon({
    element,
    drawer: 'canvas',
    tileSources: {
      ...source,
      getTileUrl: (level: number, column: number, row: number) =>
        tileUrl({ sha256, stationId, shrink: 2 ** (source.maxLevel - level), column, row }),
    } as unknown as OpenSeadragon.TileSourceSpecifier,
    showNavigationControl: false,
    animationTime: still ? 0 : 0.4,
    // Pixels are looked at: up to sixteen of the screen for one of the frame, with edges that are its own.
    maxZoomPixelRatio: 16,
    imageSmoothingEnabled: false,
    visibilityRatio: 0.5,
    tileRetryMax: 5,
    tileRetryDelay: 800,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
  });
  viewer.canvas.setAttribute('role', 'application');
  viewer.canvas.setAttribute('aria-label', t('part.zoom.canvas', { view: view.viewId, count: view.marks.length }));
  // These keys would turn and mirror the part, which then lies otherwise than in the hand.
  viewer.addHandler('canvas-key', (event) => {
    if (/^[rf]$/i.test((event.originalEvent as KeyboardEvent).key))
      Object.assign(event, { preventDefaultAction: true });
  });
  viewer.addHandler('open', () => {
    const item = viewer.world.getItemAt(0);
    for (const mark of view.marks) {
      const { x1, y1, x2, y2 } = mark.box;
      viewer.addOverlay({
        element: boxElement(mark),
        location: item.imageToViewportRectangle(x1, y1, x2 - x1, y2 - y1),
      });
    }
    viewer.canvas.focus();
  });
  return viewer;
}

/**
 * The viewer would write a style into the page where it does not find its mark: one that hides where the focus is on
 * touch screens, and that the page's security policy refuses. A mark without a style keeps it from trying.
 */
function keepOwnStyles(): void {
  if (document.querySelector('style[data-openseadragon-mobile-css]')) return;
  // Of no namespace: an element of that name, and no style to the browser.
  const mark = document.createElementNS(null, 'style');
  mark.setAttribute('data-openseadragon-mobile-css', 'false');
  document.head.append(mark);
}
