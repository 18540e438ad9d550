/** Something that wears out with use. */
export interface Renewed<Thing> {
  /** For one use: a new one once the one before is worn. One use at a time. */
  readonly take: () => Promise<Thing>;
  /** The one in use; null while a new one is opened. */
  readonly current: () => Thing | null;
}

/** Opens a thing, and another in its place after so many uses; the worn one is released first. */
export async function openRenewed<Thing extends { release(): Promise<void> }>(
  open: () => Promise<Thing>,
  usesAtMost: number,
): Promise<Renewed<Thing>> {
  let current: Thing | null = await open();
  let uses = 0;
  return {
    take: async () => {
      if (current !== null && uses < usesAtMost) {
        uses += 1;
        return current;
      }
      const worn = current;
      current = null;
      await worn?.release();
      const fresh = await open();
      current = fresh;
      uses = 1;
      return fresh;
    },
    current: () => current,
  };
}
