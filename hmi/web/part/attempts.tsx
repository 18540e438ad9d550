import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '#hmi/web/api.ts';
import { Sign } from '#hmi/web/shell/sign.tsx';
import { clock } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** Every inspection of a serial, so that a part after rework is seen beside what was found before. */
export function Attempts({ serial, shown }: { readonly serial: string; readonly shown: string }) {
  const { data } = useQuery({ queryKey: ['serial', serial], queryFn: ({ signal }) => api.bySerial(serial, signal) });
  const inspections = data?.inspections ?? [];
  if (inspections.length < 2) return null;
  return (
    <nav className="attempts" aria-label={t('part.otherAttempts')}>
      {inspections.toReversed().map((one) => (
        <Link
          key={one.inspectionId}
          className="button"
          href={`/parts/${one.inspectionId}`}
          aria-current={one.inspectionId === shown ? 'page' : undefined}
        >
          <Sign verdict={one.verdict} size={22} />
          {t('station.attempt', { attempt: one.attempt })} · {clock(one.decidedAt)}
        </Link>
      ))}
    </nav>
  );
}
