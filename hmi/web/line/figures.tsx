import { figuresOf, type StationState } from '#hmi/web/live/line-state.ts';
import { duration, hourMinute } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface FiguresProps {
  readonly station: StationState;
  readonly countedFrom: string;
}

/** Counters of the shift, inspection time against takt, and how often the reviewer gave no answer. */
export function Figures({ station, countedFrom }: FiguresProps) {
  const { counts, latest } = station;
  const { medianMs, slowestMs, taktMs, asked, bypassed } = figuresOf(latest);
  const over = slowestMs !== null && taktMs !== null && slowestMs > taktMs;
  return (
    <div className="figures">
      <dl>
        {(['pass', 'fail', 'undecided'] as const).map((verdict) => (
          <div key={verdict}>
            <dt>{t(`verdictWord.${verdict}`)}</dt>
            <dd>{counts[verdict]}</dd>
          </div>
        ))}
        <div>
          <dt>{t('station.time')}</dt>
          <dd>{medianMs === null ? '–' : duration(medianMs)}</dd>
        </div>
        <div className={over ? 'figure-over' : ''}>
          <dt>{t('station.slowest')}</dt>
          <dd>{slowestMs === null ? '–' : duration(slowestMs)}</dd>
        </div>
        <div>
          <dt>{t('station.takt')}</dt>
          <dd>{taktMs === null ? '–' : duration(taktMs)}</dd>
        </div>
        {asked > 0 && (
          <div>
            <dt>{t('station.bypass')}</dt>
            <dd>{t('station.ofAsked', { count: bypassed, asked })}</dd>
          </div>
        )}
      </dl>
      <span className="figures-since soft">{t('station.sinceShift', { at: hourMinute(countedFrom) })}</span>
    </div>
  );
}
