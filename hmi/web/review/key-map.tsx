import { t } from '#hmi/web/texts/texts.ts';

const keys = [
  { keys: ['D'], does: 'defect' },
  { keys: ['F'], does: 'falseCall' },
  { keys: ['1', '2', '3', '4'], does: 'disposition' },
  { keys: ['⏎'], does: 'confirm' },
  { keys: ['U'], does: 'undo' },
  { keys: ['V'], does: 'view' },
  { keys: ['+', '−', '0'], does: 'zoom' },
  { keys: ['Esc'], does: 'back' },
] as const;

/** What each key does, always in sight. */
export function KeyMap() {
  return (
    <section className="keys" aria-label={t('review.keys')}>
      {keys.map(({ keys: names, does }) => (
        <span key={does}>
          {names.map((name) => (
            <kbd key={name}>{name}</kbd>
          ))}{' '}
          {t(`review.keysDo.${does}`)}
        </span>
      ))}
    </section>
  );
}
