import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { CardView } from '#hmi/server/api.schema.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/zoom.css';

// The viewer is as large as the rest of the page: who does not look closely does not load it.
const DeepZoom = lazy(async () => ({ default: (await import('#hmi/web/part/deep-zoom.tsx')).DeepZoom }));

interface ZoomProps {
  readonly view: CardView;
  readonly stationId: string;
  readonly serial: string;
}

/** A button that opens a frame over the whole page, to be looked at pixel by pixel. Nothing where there is no frame. */
export function Zoom({ view, stationId, serial }: ZoomProps) {
  const [open, setOpen] = useState(false);
  if (view.frameSha256 === null || view.widthPx === 0) return null;
  return (
    <>
      <button onClick={() => setOpen(true)} aria-haspopup="dialog">
        {t('part.zoom.open')}
      </button>
      {open && (
        <Window title={t('part.zoom.title', { view: view.viewId, serial })} onClose={() => setOpen(false)}>
          <Suspense fallback={<p className="zoom-words">{t('part.zoom.loading')}</p>}>
            <DeepZoom view={view} sha256={view.frameSha256} stationId={stationId} />
          </Suspense>
        </Window>
      )}
    </>
  );
}

interface WindowProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}

/** A window over the page. Escape closes it, and the focus goes back to the button that opened it. */
function Window({ title, onClose, children }: WindowProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="zoom" aria-label={title} onClose={onClose}>
      <header className="zoom-head">
        <h2>{title}</h2>
        <button onClick={() => dialog.current?.close()}>{t('part.zoom.close')}</button>
      </header>
      {children}
    </dialog>
  );
}
