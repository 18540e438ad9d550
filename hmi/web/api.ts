import type { ExamplePreview } from '#hmi/server/examples.schema.ts';
import type { Heat } from '#hmi/server/heat.schema.ts';
import type { Drift, Quality, ReviewerQuality } from '#hmi/server/quality.schema.ts';
import type {
  Health,
  InspectionDetail,
  InspectionList,
  NewDispositionRequest,
  Overview,
  Problem,
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

// Of a server, a database or a proxy that is away for a while; any other fault stands until somebody mends it.
const passing = new Set([502, 503, 504]);

/** True for an answer that asking again does not change. */
export function isFinal(error: unknown): boolean {
  return error instanceof ApiError && !passing.has(error.status);
}

/** Asks the server. @throws ApiError for an answer, TypeError where none comes */
export async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return read(await fetch(path, { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) }));
}

/** Tells the server something. @throws ApiError for a refusal, TypeError where no answer comes, the reason of `signal` */
export async function tell<Answer>(
  path: string,
  body?: object,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' = 'POST',
  signal?: AbortSignal,
): Promise<Answer> {
  const answer = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  return read(answer);
}

async function read<Answer>(answer: Response): Promise<Answer> {
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

/** What is asked for, as the address of the API wants it; what is empty is not asked for. */
export function toQuestion(asked: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== '')).toString();
}

// The next one waits until this one is answered or given up.
const dispositionPatienceMs = 15_000;

export const api = {
  overview: (signal?: AbortSignal) => ask<Overview>('/api/v1/overview', signal),
  health: (signal?: AbortSignal) => ask<Health>('/api/v1/health', signal),
  inspection: (id: string, signal?: AbortSignal) =>
    ask<InspectionDetail>(`/api/v1/inspections/${encodeURIComponent(id)}`, signal),
  find: (question: string, signal?: AbortSignal) => ask<InspectionList>(`/api/v1/inspections?${question}`, signal),
  quality: (question: string, signal?: AbortSignal) => ask<Quality>(`/api/v1/quality?${question}`, signal),
  reviewerQuality: (question: string, signal?: AbortSignal) =>
    ask<ReviewerQuality>(`/api/v1/quality/reviewer?${question}`, signal),
  drift: (question: string, signal?: AbortSignal) => ask<Drift>(`/api/v1/quality/drift?${question}`, signal),
  heat: (question: string, signal?: AbortSignal) => ask<Heat>(`/api/v1/quality/heat?${question}`, signal),
  examples: (question: string, signal?: AbortSignal) => ask<ExamplePreview>(`/api/v1/examples?${question}`, signal),
  bySerial: (serial: string, signal?: AbortSignal) => api.find(toQuestion({ limit: '20', serial }), signal),
  claimReviews: (screen: string, count: number) => tell<ReviewPage>('/api/v1/review/claims', { screen, count }),
  dispose: (inspectionId: string, disposition: NewDispositionRequest) =>
    tell<{ readonly appended: boolean }>(
      `/api/v1/inspections/${encodeURIComponent(inspectionId)}/dispositions`,
      disposition,
      'POST',
      AbortSignal.timeout(dispositionPatienceMs),
    ),
} as const;

/** Address of an image by its digest. */
export function evidenceUrl(sha256: string, stationId: string): string {
  return `/api/v1/evidence/${sha256}?station=${encodeURIComponent(stationId)}`;
}

/** A tile of an image: which of the tiles of 512 pixels, at which part of its size (1, 2, 4 ...). */
export interface Tile {
  readonly sha256: string;
  readonly stationId: string;
  readonly shrink: number;
  readonly column: number;
  readonly row: number;
}

/** Address of a tile of an image. */
export function tileUrl({ sha256, stationId, shrink, column, row }: Tile): string {
  return `/api/v1/evidence/${sha256}/tiles/${shrink}/${column}/${row}?station=${encodeURIComponent(stationId)}`;
}
