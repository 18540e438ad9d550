import type { Mark } from '#hmi/server/api.schema.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/legend.css';

/** Which line style belongs to which stage; only the stages that are drawn. */
export function Legend({ marks }: { readonly marks: readonly Mark[] }) {
  const stages = (['detector', 'candidate', 'reviewer'] as const).filter((stage) =>
    marks.some((mark) => mark.stage === stage),
  );
  if (stages.length === 0) return null;
  return (
    <ul className="legend" aria-label={t('picture.legend')}>
      {stages.map((stage) => (
        <li key={stage}>
          <span className={`legend-line legend-${stage}`} aria-hidden="true" />
          {t(`picture.${stage}`)}
        </li>
      ))}
    </ul>
  );
}
