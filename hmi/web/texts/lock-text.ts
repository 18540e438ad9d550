import type { Component } from '#hmi/server/api.schema.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';

/** Why a station is locked, in words; `otherwise` for a code that this page does not know, or none. */
export function lockText(code: string | undefined, otherwise: string): string {
  return tOr(`lock.why.${code}`, otherwise);
}

/** What a person does about a locked station. The page has a button for the release: nobody needs a console for it. */
export function lockWayOut({ code, wayOut }: Pick<Component, 'code' | 'wayOut'>): string {
  const first = tOr(`lock.first.${code}`, '');
  return first === '' ? wayOut : t('lock.wayOut', { first });
}
