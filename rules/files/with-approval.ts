import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml';

/** Who answers for what of a view, and until when. */
export interface NewApproval {
  readonly viewId: string;
  readonly of: 'golden' | 'calibration';
  readonly approval: {
    /** Digests of the golden samples; none for a calibration, which keeps its own. */
    readonly sha256s: readonly string[];
    readonly approvedBy: string;
    readonly approvedAt: string;
    readonly expiresAt: string;
  };
}

/**
 * The text of a recipe with an approval in it and the next patch version, comments and all; null where it has no such
 * view, or no calibration to approve. A golden sample is approved anew instead of twice,
 * and one whose approval has run out makes room.
 */
export function withApproval(text: string, { viewId, of, approval }: NewApproval): string | null {
  const document = parseDocument(text);
  const view = viewOf(document, viewId);
  if (view === null) return null;
  const { sha256s, ...who } = approval;
  if (of === 'calibration') {
    const calibration = view.get('calibration');
    if (!isMap(calibration)) return null;
    for (const [name, value] of Object.entries(who)) calibration.set(name, value);
  } else {
    const before = view.get('goldenSamples');
    const kept = isSeq(before) ? (before.toJSON() as KeptSample[]) : [];
    const added = sha256s.map((sha256) => ({ sha256, ...who }));
    const samples = [...kept.filter((one) => stays(one, approval)), ...added];
    view.set('goldenSamples', document.createNode(samples));
  }
  document.set('version', nextPatch(String(document.get('version'))));
  return document.toString({ lineWidth: 0 });
}

interface KeptSample {
  readonly sha256?: string;
  readonly expiresAt?: string | Date;
}

/** Not what is approved anew, nor what has run out: a draft with that in it would be refused. */
function stays({ sha256 = '', expiresAt }: KeptSample, { sha256s, approvedAt }: NewApproval['approval']): boolean {
  const runsOut = expiresAt === undefined ? Number.NaN : new Date(expiresAt).getTime();
  return !sha256s.includes(sha256) && !(runsOut <= Date.parse(approvedAt));
}

function viewOf(document: Document, viewId: string): YAMLMap | null {
  const views = document.get('views');
  if (!isSeq(views)) return null;
  const found = views.items.find((item) => isMap(item) && item.get('viewId') === viewId);
  return isMap(found) ? found : null;
}

/** 1.0.0 becomes 1.0.1; a version of another form stays, and is refused as every faulty draft is. */
function nextPatch(version: string): string {
  const [, before, patch] = /^(\d+\.\d+\.)(\d+)$/.exec(version) ?? [];
  return before === undefined ? version : `${before}${Number(patch) + 1}`;
}
