import type { VerdictName } from '#hmi/server/api.schema.ts';

/** Shape of a verdict: circle with tick, octagon with cross, diamond with question mark. Never colour alone. */
export function Sign({ verdict, size }: { readonly verdict: VerdictName | 'waiting'; readonly size: number }) {
  return (
    <svg className={`sign sign-${verdict}`} width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      {shapes[verdict]}
    </svg>
  );
}

const shapes = {
  pass: (
    <>
      <circle className="sign-ground" cx="24" cy="24" r="21" />
      <path className="sign-mark" d="M13 25l8 8 14-17" />
    </>
  ),
  fail: (
    <>
      <path className="sign-ground" d="M15.3 3h17.4L45 15.3v17.4L32.7 45H15.3L3 32.7V15.3z" />
      <path className="sign-mark" d="M15 15l18 18M33 15L15 33" />
    </>
  ),
  undecided: (
    <>
      <path className="sign-ground" d="M24 1.5L46.5 24 24 46.5 1.5 24z" />
      <path className="sign-mark" d="M18 19.5c0-8 12-8 12-.5 0 5-6 5-6 10" />
      <circle className="sign-dot" cx="24" cy="35" r="2.6" />
    </>
  ),
  waiting: (
    <>
      <circle className="sign-ground" cx="24" cy="24" r="21" strokeDasharray="6 6" />
      <path className="sign-mark" d="M24 13v12l8 5" />
    </>
  ),
} as const;
