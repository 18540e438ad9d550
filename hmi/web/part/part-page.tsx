import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { CardView, InspectionDetail } from '#hmi/server/api.schema.ts';
import { api, ApiError } from '#hmi/web/api.ts';
import { ReasonList } from '#hmi/web/line/reason-list.tsx';
import { Attempts } from '#hmi/web/part/attempts.tsx';
import { Dispositions } from '#hmi/web/part/dispositions.tsx';
import { OutcomeTable } from '#hmi/web/part/outcome-table.tsx';
import { Answers, Digests, Facts, Timings } from '#hmi/web/part/record.tsx';
import { TraceTable } from '#hmi/web/part/trace-table.tsx';
import { PrintButton } from '#hmi/web/part/print-button.tsx';
import { ViewPictures } from '#hmi/web/part/view-pictures.tsx';
import { Zoom } from '#hmi/web/part/zoom.tsx';
import { Legend } from '#hmi/web/picture/legend.tsx';
import { Sign } from '#hmi/web/shell/sign.tsx';
import { plainNumber } from '#hmi/web/texts/numbers.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/part.css';
import '#hmi/web/styles/print.css';
import '#hmi/web/styles/sign.css';

/** Everything known of one inspection, at an address that can be sent to somebody. */
export function PartPage({ inspectionId }: { readonly inspectionId: string }) {
  const { data, error } = useQuery({
    queryKey: ['inspection', inspectionId],
    queryFn: ({ signal }) => api.inspection(inspectionId, signal),
  });
  return (
    <div className="part">
      <Link className="button" href="/">
        ← {t('part.back')}
      </Link>
      {data ? <Part detail={data} /> : <p className="nothing">{wordsFor(error)}</p>}
    </div>
  );
}

function wordsFor(error: Error | null): string {
  if (error === null) return t('part.loading');
  if (!(error instanceof ApiError)) return t('connection.neverHeard');
  if (error.status === 404 || error.status === 400) return t('part.notFound');
  return t('part.failed', { message: error.problem.message, wayOut: error.problem.wayOut });
}

function Part({ detail }: { readonly detail: InspectionDetail }) {
  const { card, message, dispositions } = detail;
  const decided = dispositions.at(-1);
  return (
    <>
      <header className={`part-head panel part-${card.verdict}`}>
        <Sign verdict={card.verdict} size={72} />
        <div>
          <h1>{t('part.title', { serial: card.serial })}</h1>
          <p className="part-verdict">
            {t(`verdict.${card.verdict}`)} · {t(`doNow.${card.verdict}`)}
          </p>
          {decided && (
            <p>
              {t(`disposition.${decided.disposition}`)} · {tOr(`dispositionReason.${decided.reason}`, decided.reason)} ·{' '}
              {decided.decidedBy}
            </p>
          )}
          {card.recovered && <p>{t('station.recovered')}</p>}
        </div>
        <Attempts serial={card.serial} shown={card.inspectionId} />
        <PrintButton />
      </header>
      <section aria-labelledby="part-reasons">
        <h2 id="part-reasons">{t('part.reasons')}</h2>
        <ReasonList card={card} atMost={Number.POSITIVE_INFINITY} />
      </section>
      <section aria-labelledby="part-views">
        <h2 id="part-views">{t('part.views')}</h2>
        {card.views.map((view) => (
          <Views
            key={view.viewId}
            view={view}
            card={card}
            record={message.views.find(({ viewId }) => viewId === view.viewId)}
          />
        ))}
      </section>
      <Dispositions dispositions={dispositions} />
      <OutcomeTable card={card} message={message} />
      <TraceTable trace={message.trace} />
      <div className="columns">
        <Facts detail={detail} />
        <Timings timings={message.timings} />
        <Digests message={message} />
      </div>
      <Answers views={message.views} />
    </>
  );
}

interface ViewsProps {
  readonly view: CardView;
  readonly card: InspectionDetail['card'];
  readonly record: InspectionDetail['message']['views'][number] | undefined;
}

function Views({ view, card, record }: ViewsProps) {
  const measured = measuredOf(record);
  return (
    <article className="part-view">
      <div className="part-view-head">
        <h3>{t('station.view', { view: view.viewId })}</h3>
        <Legend marks={view.marks} />
        <Zoom view={view} stationId={card.stationId} serial={card.serial} />
      </div>
      <ViewPictures view={view} record={record} stationId={card.stationId} serial={card.serial} />
      {view.doubts.map((doubt) => (
        <p key={doubt} className="part-doubt">
          {tOr(`doubt.${doubt}`, doubt)}
        </p>
      ))}
      {Object.keys(measured).length > 0 && (
        <p className="soft measured">
          {t('part.measuredView')}:{' '}
          {Object.entries(measured)
            .map(([name, value]) => `${tOr(`part.measure.${name}`, name)} ${plainNumber(value)}`)
            .join(' · ')}
        </p>
      )}
    </article>
  );
}

/** What made the frame fit to judge: light, focus, and how it lies over its golden sample. */
function measuredOf(record: ViewsProps['record']): Readonly<Record<string, number>> {
  const { registration = null, measured = {} } = record ?? {};
  if (registration === null) return measured;
  const { dxPx, dyPx, rotationDeg, scale, residual } = registration;
  return { ...measured, dxPx, dyPx, rotationDeg, scale, residual };
}
