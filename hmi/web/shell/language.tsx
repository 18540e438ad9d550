import { languageNow, languages, loadTexts, t, type Language } from '#hmi/web/texts/texts.ts';

const kept = 'hairline-language';

/** The language this browser chose before, else the first of its own that the page speaks. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(kept) ?? '', ...navigator.languages];
  return wanted.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

function isLanguage(tag: string): tag is Language {
  return tag in languages;
}

/** Chooses the language; the whole page is drawn anew in it. */
export function LanguageChoice({ onChosen }: { readonly onChosen: () => void }) {
  const choose = async (language: Language): Promise<void> => {
    await loadTexts(language);
    localStorage.setItem(kept, language);
    document.documentElement.lang = language;
    onChosen();
  };
  return (
    <select
      className="language"
      aria-label={t('shell.language')}
      value={languageNow()}
      onChange={({ target }) => void choose(target.value as Language)}
    >
      {Object.entries(languages).map(([language, name]) => (
        <option key={language} value={language} lang={language}>
          {name}
        </option>
      ))}
    </select>
  );
}
