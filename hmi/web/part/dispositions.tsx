import type { InspectionDetail } from '#hmi/server/api.schema.ts';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';

/** What people decided about the part, oldest first. Nothing while nobody has. */
export function Dispositions({ dispositions }: Pick<InspectionDetail, 'dispositions'>) {
  if (dispositions.length === 0) return null;
  return (
    <section aria-labelledby="part-decided">
      <h2 id="part-decided">{t('part.decided')}</h2>
      <ol className="decided">
        {dispositions.map(({ dispositionId, disposition, verified, reason, decidedBy, decidedAt }) => (
          <li key={dispositionId} className="panel">
            <strong>{t(`disposition.${disposition}`)}</strong>
            {verified !== null && <span>{t(`review.judged.${verified}`)}</span>}
            <span>{tOr(`dispositionReason.${reason}`, reason)}</span>
            <span className="soft">
              {decidedBy} · {dateTime(decidedAt)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
