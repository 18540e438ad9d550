import { useRef, useState } from 'react';
import type { NewPersonLink } from '#hmi/server/people.schema.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface LinkNoteProps {
  readonly link: NewPersonLink;
  readonly onDone: () => void;
}

/** The link of a person, shown once: to be copied and handed on. */
export function LinkNote({ link: { person, token }, onDone }: LinkNoteProps) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const { name } = person;
  const copy = (): void => {
    field.current?.select();
    // Over plain HTTP a browser has no clipboard for pages; what is marked can still be copied by the old way.
    if (navigator.clipboard) void navigator.clipboard.writeText(field.current?.value ?? '').then(() => setCopied(true));
    else setCopied(document.execCommand('copy'));
  };
  return (
    <section className="link-note panel" aria-labelledby="link-note">
      <h2 id="link-note">{t('people.linkFor', { name })}</h2>
      <p>{t('people.linkOnce', { name })}</p>
      <div className="link-line">
        <input
          ref={field}
          className="mono"
          aria-label={t('people.linkFor', { name })}
          readOnly
          value={`${window.location.origin}/link#${token}`}
          onFocus={({ target }) => target.select()}
        />
        <button ref={(button) => button?.focus()} onClick={copy}>
          {t(copied ? 'people.copied' : 'people.copy')}
        </button>
        <button onClick={onDone}>{t('people.done')}</button>
      </div>
    </section>
  );
}
