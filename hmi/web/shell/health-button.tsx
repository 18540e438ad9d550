import { t } from '#hmi/web/texts/texts.ts';
import { isTrouble, useHealth } from '#hmi/web/shell/use-health.ts';

interface HealthButtonProps {
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** One word on all components, in the header; opens the list of them. */
export function HealthButton({ open, onToggle }: HealthButtonProps) {
  const health = useHealth();
  const troubled = health?.components.filter(isTrouble).length ?? 0;
  return (
    <button
      className={`health-button ${troubled > 0 ? 'health-button-trouble' : ''}`}
      onClick={onToggle}
      aria-expanded={open}
      aria-controls="health"
    >
      <span className="health-shape" aria-hidden="true">
        {!health ? '?' : troubled > 0 ? '!' : '✓'}
      </span>
      {wordsFor(health, troubled)}
    </button>
  );
}

function wordsFor(health: ReturnType<typeof useHealth>, troubled: number): string {
  if (health === undefined) return t('health.asking');
  if (health === null) return t('health.unknown');
  return troubled === 0 ? t('health.allUp') : t('health.someDown', { count: troubled });
}
