import { useEffect } from 'react';

/** Does something on a key, while nobody types into a field and no modifier is held. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const act = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || belongsTo(event.target, event.key)) return;
      const action = actions[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', act);
    return () => window.removeEventListener('keydown', act);
  });
}

/** A field gets all keys but the one that leaves it, a button or link those that press it. */
function belongsTo(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLInputElement && target.type !== 'radio') return key !== 'Escape';
  const pressed = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
  return pressed && (key === 'Enter' || key === ' ');
}
