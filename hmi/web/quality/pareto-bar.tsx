interface ParetoBarProps {
  /** What is sure and what is in doubt of it, drawn one after the other. */
  readonly sure: number;
  readonly doubtful?: number;
  /** The longest bar beside it. */
  readonly most: number;
}

/** One of several bars that are compared. The numbers stand beside it in words. */
export function ParetoBar({ sure, doubtful = 0, most }: ParetoBarProps) {
  return (
    <span className="pareto-bar" aria-hidden="true">
      <span className="pareto-fail" style={{ width: `${(sure / most) * 100}%` }} />
      <span className="pareto-doubt" style={{ width: `${(doubtful / most) * 100}%` }} />
    </span>
  );
}
