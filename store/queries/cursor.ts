/** Place in a list that is ordered by decision time, then id, both falling. */
export interface Cursor {
  readonly decidedAt: string;
  readonly inspectionId: string;
}

const cursorPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function encodeCursor(cursor: Cursor): string {
  return `${cursor.decidedAt}_${cursor.inspectionId}`;
}

/** null for text that no encodeCursor wrote. */
export function decodeCursor(text: string): Cursor | null {
  const [, decidedAt, inspectionId] = cursorPattern.exec(text) ?? [];
  return decidedAt && inspectionId ? { decidedAt, inspectionId } : null;
}
