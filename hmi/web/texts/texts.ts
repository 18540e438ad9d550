import i18next, { type i18n } from 'i18next';
import { en } from '#hmi/web/texts/en.ts';

/** Languages the page can speak. */
export const languages = ['en'] as const;

/** Loads the texts before the page is drawn. */
export async function loadTexts(): Promise<i18n> {
  await i18next.init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    // React escapes what it draws; texts are never put into the page as markup.
    interpolation: { escapeValue: false },
    returnEmptyString: false,
  });
  return i18next;
}

/** Values put into a text at {{name}}. */
export type TextValues = Readonly<Record<string, string | number>>;

/** The text of a key in the language chosen. */
export function t(key: string, values: TextValues = {}): string {
  return i18next.t(key, { ...values });
}

/** The text of a key that may be missing, e.g. a label that only a plant of its own knows. */
export function tOr(key: string, fallback: string, values: TextValues = {}): string {
  return i18next.exists(key) ? i18next.t(key, { ...values }) : fallback;
}
