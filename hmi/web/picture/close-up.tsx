import type { CardView, Mark } from '#hmi/server/api.schema.ts';
import { evidenceUrl } from '#hmi/web/api.ts';

interface CloseUpProps {
  readonly view: CardView;
  readonly mark: Mark;
  readonly sha256: string;
  readonly stationId: string;
  readonly sidePx: number;
  readonly alt: string;
  /** Whether to draw the box; not on the golden sample. */
  readonly boxed: boolean;
}

// A defect fills about this share of its close-up; the rest is what lies around it.
const fill = 0.45;
const leastWindowPx = 24;

/** What a mark marks, enlarged, from the frame that is loaded anyway. */
export function CloseUp({ view, mark, sha256, stationId, sidePx, alt, boxed }: CloseUpProps) {
  const { x1, y1, x2, y2 } = mark.box;
  const windowPx = Math.max(leastWindowPx, Math.max(x2 - x1, y2 - y1) / fill);
  const scale = sidePx / windowPx;
  const left = (x1 + x2) / 2 - windowPx / 2;
  const top = (y1 + y2) / 2 - windowPx / 2;
  const image = {
    width: view.widthPx * scale,
    height: view.heightPx * scale,
    left: -left * scale,
    top: -top * scale,
  };
  const box = {
    left: (x1 - left) * scale - 4,
    top: (y1 - top) * scale - 4,
    width: (x2 - x1) * scale + 8,
    height: (y2 - y1) * scale + 8,
  };
  return (
    <div className="close-up" style={{ width: sidePx, height: sidePx }}>
      <img src={evidenceUrl(sha256, stationId)} alt={alt} draggable={false} style={image} />
      {boxed && <div className={`mark mark-close mark-${mark.outcome ?? 'accept'}`} style={box} />}
    </div>
  );
}
