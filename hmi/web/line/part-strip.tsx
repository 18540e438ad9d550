import { Link } from 'wouter';
import type { InspectionCard } from '#hmi/server/api.schema.ts';
import { Sign } from '#hmi/web/shell/sign.tsx';
import { clock } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const shown = 12;

/** The last parts by shape, newest first; each leads to its page. */
export function PartStrip({ latest }: { readonly latest: readonly InspectionCard[] }) {
  return (
    <nav className="strip" aria-label={t('station.lastParts')}>
      {latest.slice(0, shown).map((card) => (
        <Link
          key={card.inspectionId}
          href={`/parts/${card.inspectionId}`}
          className="strip-part"
          title={`${card.serial} · ${clock(card.decidedAt)}`}
          aria-label={`${t(`verdictWord.${card.verdict}`)}, ${card.serial}, ${clock(card.decidedAt)}`}
        >
          <Sign verdict={card.verdict} size={34} />
        </Link>
      ))}
    </nav>
  );
}
