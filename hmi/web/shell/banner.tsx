import type { LiveLine } from '#hmi/web/live/use-line.ts';
import { clock } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** Says in large letters that the screen is not up to date, since when, and what to do. Empty while it is. */
export function Banner({ live }: { readonly live: LiveLine }) {
  if (live.connection === 'live' || live.connection === 'connecting') return null;
  return (
    <div className="banner" role="alert">
      <strong>{t(`connection.${live.connection}`)}</strong>
      <span>{wordsFor(live)}</span>
    </div>
  );
}

function wordsFor({ connection, heardAt, trouble }: LiveLine): string {
  if (connection === 'denied') return t('connection.deniedWayOut');
  const what = trouble ?? t('connection.neverHeard');
  return heardAt === null ? what : `${t('connection.staleSince', { at: clock(heardAt) })} ${trouble ?? ''}`;
}
