import type { ExamplePreview } from '#hmi/server/examples.schema.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';

const places = ['held', 'wanted', 'edge', 'gone'] as const;

/** Where the frames are, and what is not exported and why. */
export function LeftOut({ preview: { frames, leftOut } }: { readonly preview: ExamplePreview }) {
  return (
    <div className="columns">
      <section className="panel quality-panel" aria-labelledby="examples-pictures">
        <h2 id="examples-pictures">{t('examples.pictures')}</h2>
        <ul className="examples-list">
          {places
            .filter((place) => frames[place] > 0)
            .map((place) => (
              <li key={place} className={place === 'gone' ? 'examples-warn' : ''}>
                {t(`examples.frames.${place}`, { count: frames[place] })}
              </li>
            ))}
        </ul>
      </section>
      <section className="panel quality-panel" aria-labelledby="examples-left-out">
        <h2 id="examples-left-out">{t('examples.leftOut')}</h2>
        {leftOut.length === 0 && <p>{t('examples.nothingLeftOut')}</p>}
        <ul className="examples-list">
          {leftOut.map(({ of, why, count }) => (
            <li key={`${of}-${why}`}>
              <strong>
                {t(`examples.of.${of}`)}: {count}
              </strong>{' '}
              {tOr(`examples.why.${why}`, why)}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
