import i18next from 'i18next';
import { en } from '#hmi/web/texts/en.ts';

/** Languages the page speaks, each by its own name. */
export const languages = { en: 'English', zh: '中文' } as const;

export type Language = keyof typeof languages;

/** Loads the texts before the page is drawn. English is always there; another language is fetched when it is wanted. */
export async function loadTexts(language: Language = 'en'): Promise<void> {
  if (!i18next.isInitialized) {
    await i18next.init({
      lng: 'en',
      fallbackLng: 'en',
      resources: { en: { translation: en } },
      // React escapes what it draws; texts are never put into the page as markup.
      interpolation: { escapeValue: false },
    });
  }
  if (language === 'zh' && !i18next.hasResourceBundle('zh', 'translation')) {
    const { zh } = await import('#hmi/web/texts/zh.ts');
    i18next.addResourceBundle('zh', 'translation', zh);
  }
  await i18next.changeLanguage(language);
}

/** The language texts are in now. */
export function languageNow(): Language {
  return i18next.language === 'zh' ? 'zh' : 'en';
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
