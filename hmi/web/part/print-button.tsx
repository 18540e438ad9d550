import { useEffect } from 'react';
import { t } from '#hmi/web/texts/texts.ts';

/** Prints the page with everything that is folded up on it, whoever asks for it: this button or the browser. */
export function PrintButton() {
  useEffect(() => {
    window.addEventListener('beforeprint', unfold);
    return () => window.removeEventListener('beforeprint', unfold);
  }, []);
  return (
    <button className="print-button" onClick={() => window.print()}>
      {t('part.print')}
    </button>
  );
}

function unfold(): void {
  for (const details of document.querySelectorAll<HTMLDetailsElement>('main details')) details.open = true;
}
