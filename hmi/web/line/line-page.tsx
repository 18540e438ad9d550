import { freshStation } from '#hmi/web/live/line-state.ts';
import type { LiveLine } from '#hmi/web/live/use-line.ts';
import { StationPanel } from '#hmi/web/line/station-panel.tsx';
import { useHealth } from '#hmi/web/shell/use-health.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/line.css';

/** Every station of the line with its latest verdict, large. */
export function LinePage({ live }: { readonly live: LiveLine }) {
  const health = useHealth();
  if (live.line === null) return <p className="nothing">{t('shell.loading')}</p>;
  const known = health?.components.filter(({ kind }) => kind === 'edge').map(({ stationId }) => stationId ?? '') ?? [];
  const reported = live.line.stations.map(({ stationId }) => stationId);
  const silent = known.filter((stationId) => !reported.includes(stationId));
  const stations = [...live.line.stations, ...silent.map(freshStation)];
  return (
    <>
      <h1 className="away">{t('shell.line')}</h1>
      {stations.length === 0 && <p className="nothing">{t('station.none')}</p>}
      <div className="stations">
        {stations.map((station) => (
          <StationPanel
            key={station.stationId}
            station={station}
            countedFrom={live.line?.countedFrom ?? ''}
            components={health?.components.filter(({ stationId }) => stationId === station.stationId) ?? []}
          />
        ))}
      </div>
    </>
  );
}
