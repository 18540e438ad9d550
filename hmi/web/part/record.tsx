import type { InspectionDetail } from '#hmi/server/api.schema.ts';
import { dateTime, duration } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

type Message = InspectionDetail['message'];

/** What identifies the inspection. */
export function Facts({ detail: { card, message } }: { readonly detail: InspectionDetail }) {
  return (
    <Section title={t('part.record')}>
      <Line name={t('part.fact.serial')}>{card.serial}</Line>
      <Line name={t('part.fact.attempt')}>{card.attempt}</Line>
      <Line name={t('part.fact.lot')}>{card.lot}</Line>
      <Line name={t('part.fact.product')}>{card.productId}</Line>
      <Line name={t('part.fact.station')}>
        {message.site} / {message.line} / {card.stationId}
      </Line>
      <Line name={t('part.fact.triggered')}>{dateTime(card.triggeredAt)}</Line>
      <Line name={t('part.fact.decided')}>{dateTime(card.decidedAt)}</Line>
      <Line name={t('part.fact.stored')}>{dateTime(card.storedAt)}</Line>
      <Line name={t('part.fact.trigger')}>
        {message.triggerNo} <span className="mono soft">{message.epoch}</span>
      </Line>
      <Line name={t('part.fact.sequence')}>{message.sequence}</Line>
      <Line name={t('part.fact.inspection')}>
        <span className="mono">{card.inspectionId}</span>
      </Line>
    </Section>
  );
}

/** Where the time went. */
export function Timings({ timings }: { readonly timings: Message['timings'] }) {
  return (
    <Section title={t('part.timings')}>
      {(['acquireMs', 'validityMs', 'detectMs', 'reviewMs', 'decideMs', 'totalMs', 'taktMs'] as const).map((name) => (
        <Line key={name} name={t(`part.time.${name}`)}>
          {duration(timings[name])}
        </Line>
      ))}
    </Section>
  );
}

/** Model, recipe and prompt by version and digest, and the digests of the pictures. */
export function Digests({ message }: { readonly message: Message }) {
  return (
    <Section title={t('part.digests')}>
      {(['model', 'recipe', 'prompt'] as const).map((name) => {
        const artefact = message.digests[name];
        return (
          <Line key={name} name={t(`part.digest.${name}`)}>
            {artefact === null ? t('part.none') : <Digest {...artefact} />}
          </Line>
        );
      })}
      {message.views.flatMap(({ viewId, frameSha256, goldenSha256 }) => [
        <Line key={`${viewId}-frame`} name={t('part.digest.frame', { view: viewId })}>
          <span className="mono">{frameSha256 ?? t('part.none')}</span>
        </Line>,
        <Line key={`${viewId}-golden`} name={t('part.digest.golden', { view: viewId })}>
          <span className="mono">{goldenSha256 ?? t('part.none')}</span>
        </Line>,
      ])}
    </Section>
  );
}

function Digest(artefact: { readonly name: string; readonly version: string; readonly sha256: string }) {
  return (
    <>
      {artefact.name} {artefact.version} <span className="mono soft">{artefact.sha256}</span>
    </>
  );
}

/** Raw answers of the reviewer: untrusted, drawn as text. */
export function Answers({ views }: { readonly views: Message['views'] }) {
  const records = views.flatMap(({ reviews }) =>
    reviews.flatMap(({ id, record }) => (record?.rawAnswer ? [{ id, record, raw: record.rawAnswer }] : [])),
  );
  if (records.length === 0) return null;
  return (
    <section>
      <details>
        <summary>{t('part.rawAnswers')}</summary>
        {records.map(({ id, record, raw }) => (
          <figure key={id}>
            <figcaption>
              <span className="mono">{id}</span> · {record.model} · {record.engine} · {duration(record.latencyMs)}
            </figcaption>
            <pre>{raw}</pre>
          </figure>
        ))}
      </details>
    </section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="panel part-section">
      <h2>{title}</h2>
      <dl className="facts">{children}</dl>
    </section>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
