import { useQuery } from '@tanstack/react-query';
import { api, toQuestion } from '#hmi/web/api.ts';
import { useStationIds } from '#hmi/web/live/use-station-ids.ts';
import { LabelChoice } from '#hmi/web/quality/label-choice.tsx';
import { Choice } from '#hmi/web/shell/choice.tsx';
import { percent } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const dayMs = 86_400_000;
const periods = { week: 7, month: 30, quarter: 90, all: null } as const;
type PeriodName = keyof typeof periods;
const shares = ['0', '0.1', '0.2', '0.3'] as const;

/** Which examples are wanted; '' where it does not matter. */
export interface Asked {
  readonly period: PeriodName;
  /** When the page was asked: the download covers what was counted. */
  readonly at: number;
  readonly station: string;
  readonly label: string;
  readonly validation: string;
}

/** The same for the API. */
export function questionOf({ period, at, station, label, validation }: Asked): string {
  const days = periods[period];
  const from = days === null ? '' : new Date(at - days * dayMs).toISOString();
  return toQuestion({ validation, from, to: new Date(at).toISOString(), station, label });
}

interface QuestionProps {
  readonly asked: Asked;
  readonly onAsk: (change: Partial<Asked>) => void;
}

/** Period, station, label, and how much is kept apart for validation. */
export function Question({ asked, onAsk }: QuestionProps) {
  const stations = useStationIds();
  const labels = useCalledLabels(asked);
  return (
    <div className="quality-head">
      <div role="group" aria-label={t('examples.period')} className="quality-periods">
        {(Object.keys(periods) as PeriodName[]).map((name) => (
          <button key={name} aria-pressed={name === asked.period} onClick={() => onAsk({ period: name })}>
            {t(`examples.${name}`)}
          </button>
        ))}
      </div>
      <Choice
        name={t('examples.station')}
        chosen={asked.station}
        options={[['', t('examples.allStations')], ...stations.map((one) => [one] as const)]}
        onChoose={(station) => onAsk({ station })}
      />
      <LabelChoice
        name={t('examples.label')}
        any={t('examples.anyLabel')}
        chosen={asked.label}
        labels={labels}
        onChoose={(label) => onAsk({ label })}
      />
      <Choice
        name={t('examples.validation')}
        chosen={asked.validation}
        options={shares.map((share) => [share, percent(Number(share))])}
        onChoose={(validation) => onAsk({ validation })}
      />
    </div>
  );
}

/** Labels of what was called in the period. */
function useCalledLabels({ period, at }: Asked): readonly string[] {
  const from = new Date(at - (periods[period] ?? 365) * dayMs).toISOString();
  const question = toQuestion({ from, to: new Date(at).toISOString(), bucket: 'day' });
  const { data } = useQuery({
    queryKey: ['labels', question],
    queryFn: ({ signal }) => api.quality(question, signal),
    placeholderData: (before) => before,
  });
  return data?.pareto.map(({ label }) => label) ?? [];
}
