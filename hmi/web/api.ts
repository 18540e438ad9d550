import type {
  Health,
  InspectionDetail,
  InspectionList,
  NewDispositionRequest,
  Overview,
  Problem,
  Quality,
  ReviewPage,
} from '#hmi/server/api.schema.ts';

/** An answer of the server that says what is wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem['error'];

  constructor(status: number, problem: Problem['error']) {
    super(problem.message);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

/** True for an answer that asking again does not change. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status < 500;
}

/** Asks the server. @throws ApiError for an answer, TypeError where none comes */
async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const answer = await fetch(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) });
  if (answer.ok) return (await answer.json()) as Answer;
  throw new ApiError(answer.status, await problemOf(answer));
}

/** Tells the server something. @throws ApiError for a refusal, TypeError where no answer comes */
async function tell<Answer>(path: string, body: object): Promise<Answer> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.ok) return (await answer.json()) as Answer;
  throw new ApiError(answer.status, await problemOf(answer));
}

async function problemOf(answer: Response): Promise<Problem['error']> {
  const fallback = { code: `HTTP_${answer.status}`, message: answer.statusText, wayOut: '' };
  try {
    return ((await answer.json()) as Problem).error ?? fallback;
  } catch {
    return fallback; // a proxy in between answers with a page of its own
  }
}

export const api = {
  overview: (signal?: AbortSignal) => ask<Overview>('/api/v1/overview', signal),
  health: (signal?: AbortSignal) => ask<Health>('/api/v1/health', signal),
  inspection: (id: string, signal?: AbortSignal) =>
    ask<InspectionDetail>(`/api/v1/inspections/${encodeURIComponent(id)}`, signal),
  find: (question: string, signal?: AbortSignal) => ask<InspectionList>(`/api/v1/inspections?${question}`, signal),
  quality: (question: string, signal?: AbortSignal) => ask<Quality>(`/api/v1/quality?${question}`, signal),
  bySerial: (serial: string, signal?: AbortSignal) =>
    ask<InspectionList>(`/api/v1/inspections?limit=20&serial=${encodeURIComponent(serial)}`, signal),
  claimReviews: (screen: string, count: number) => tell<ReviewPage>('/api/v1/review/claims', { screen, count }),
  dispose: (inspectionId: string, disposition: NewDispositionRequest) =>
    tell<{ readonly appended: boolean }>(
      `/api/v1/inspections/${encodeURIComponent(inspectionId)}/dispositions`,
      disposition,
    ),
} as const;

/** Address of an image by its digest. */
export function evidenceUrl(sha256: string, stationId: string): string {
  return `/api/v1/evidence/${sha256}?station=${encodeURIComponent(stationId)}`;
}
