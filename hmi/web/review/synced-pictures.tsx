import { useState } from 'react';
import type { CardView } from '#hmi/server/api.schema.ts';
import { GoldenFrame, MarkedFrame } from '#hmi/web/picture/marked-frame.tsx';
import { Captioned } from '#hmi/web/picture/pictures.tsx';
import { Legend } from '#hmi/web/picture/legend.tsx';
import { useKeys } from '#hmi/web/review/use-keys.ts';
import { labelText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface Look {
  /** 1 shows the whole part. */
  readonly zoom: number;
  /** Center of what is seen, 0..1 of width and height. */
  readonly x: number;
  readonly y: number;
}

const whole: Look = { zoom: 1, x: 0.5, y: 0.5 };
const zoomStep = 1.6;
const zoomUpTo = 12;

interface SyncedPicturesProps {
  readonly view: CardView;
  readonly stationId: string;
  readonly serial: string;
}

/** Part and golden sample side by side, always at the same place and zoom. Wheel, drag, buttons and keys move both. */
export function SyncedPictures({ view, stationId, serial }: SyncedPicturesProps) {
  const [look, setLook] = useState(whole);
  const [boxes, setBoxes] = useState(true);
  const zoomBy = (factor: number): void => setLook((before) => within({ ...before, zoom: before.zoom * factor }));
  useKeys({
    '+': () => zoomBy(zoomStep),
    '=': () => zoomBy(zoomStep),
    '-': () => zoomBy(1 / zoomStep),
    '0': () => setLook(whole),
  });
  const drag = (event: React.PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return;
    const { width, height } = event.currentTarget.getBoundingClientRect();
    const [dx, dy] = [event.movementX / width, event.movementY / height];
    setLook((before) => within({ ...before, x: before.x - dx / before.zoom, y: before.y - dy / before.zoom }));
  };
  const seen = { '--zoom': look.zoom, '--cx': look.x, '--cy': look.y } as React.CSSProperties;
  return (
    <div className={`synced ${boxes ? '' : 'without-boxes'}`}>
      <div className="synced-pictures">
        {['part', ...(view.goldenSha256 === null ? [] : ['golden'])].map((which) => (
          <Captioned key={which} caption={t(`station.${which}`)}>
            <div
              className="synced-window"
              onPointerMove={drag}
              onWheel={({ deltaY }) => zoomBy(deltaY < 0 ? 1.2 : 1 / 1.2)}
            >
              <div className="synced-picture" style={seen}>
                {which === 'part' ? (
                  <MarkedFrame view={view} stationId={stationId} serial={serial} />
                ) : (
                  <GoldenFrame view={view} stationId={stationId} />
                )}
              </div>
            </div>
          </Captioned>
        ))}
      </div>
      <Tools view={view} boxes={boxes} onBoxes={() => setBoxes(!boxes)} onZoom={zoomBy} onLook={setLook} />
    </div>
  );
}

interface ToolsProps {
  readonly view: CardView;
  readonly boxes: boolean;
  readonly onBoxes: () => void;
  readonly onZoom: (factor: number) => void;
  readonly onLook: (look: Look) => void;
}

function Tools({ view, boxes, onBoxes, onZoom, onLook }: ToolsProps) {
  const telling = view.marks.filter(({ stage, outcome }) => stage !== 'reviewer' && outcome !== 'accept');
  return (
    <div className="synced-tools" role="group" aria-label={t('review.keysDo.zoom')}>
      <button onClick={() => onZoom(zoomStep)} aria-label={t('review.zoomIn')}>
        +
      </button>
      <button onClick={() => onZoom(1 / zoomStep)} aria-label={t('review.zoomOut')}>
        −
      </button>
      <button onClick={() => onLook(whole)}>{t('review.zoomFit')}</button>
      <button aria-pressed={boxes} onClick={onBoxes}>
        {t('review.boxes')}
      </button>
      {telling.slice(0, 4).map((mark) => (
        <button key={mark.id} onClick={() => onLook(at(mark.box, view))}>
          {t('review.zoomTo', { label: labelText(mark.label) })}
        </button>
      ))}
      <Legend marks={view.marks} />
    </div>
  );
}

function at({ x1, y1, x2, y2 }: CardView['marks'][number]['box'], { widthPx, heightPx }: CardView): Look {
  const side = Math.max((x2 - x1) / widthPx, (y2 - y1) / heightPx);
  return within({ zoom: 0.25 / side, x: (x1 + x2) / 2 / widthPx, y: (y1 + y2) / 2 / heightPx });
}

/** Keeps the window over the picture. */
function within({ zoom, x, y }: Look): Look {
  const held = Math.min(zoomUpTo, Math.max(1, zoom));
  const half = 0.5 / held;
  const inside = (center: number): number => Math.min(1 - half, Math.max(half, center));
  return { zoom: held, x: inside(x), y: inside(y) };
}
