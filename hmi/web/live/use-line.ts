import { useEffect, useReducer } from 'react';
import type { InspectionCard } from '#hmi/server/api.schema.ts';
import { api, ApiError, isFinal } from '#hmi/web/api.ts';
import { toLineState, withInspection, type LineState } from '#hmi/web/live/line-state.ts';

/** How fresh the screen is. `denied`: who looks on has to sign in. */
export type Connection = 'connecting' | 'live' | 'stale' | 'denied';

export interface LiveLine {
  readonly connection: Connection;
  /** When the server was heard last; null before the first time. Milliseconds since the epoch. */
  readonly heardAt: number | null;
  /** What the server says is wrong; null where it says nothing. */
  readonly trouble: string | null;
  readonly line: LineState | null;
}

type Step =
  | { readonly kind: 'loaded'; readonly line: LineState; readonly at: number }
  | { readonly kind: 'inspection'; readonly card: InspectionCard; readonly at: number }
  | { readonly kind: 'heard'; readonly at: number }
  | { readonly kind: 'connection'; readonly connection: Connection; readonly trouble: string | null };

const silenceMs = 8000;
const retryMs = 1500;

function next(state: LiveLine, step: Step): LiveLine {
  switch (step.kind) {
    case 'loaded':
      return { ...fresh(step.at), line: step.line };
    case 'inspection':
      return { ...fresh(step.at), line: state.line && withInspection(state.line, step.card) };
    case 'heard':
      return { ...fresh(step.at), line: state.line };
    case 'connection':
      return { ...state, connection: step.connection, trouble: step.trouble };
  }
}

function fresh(at: number): Omit<LiveLine, 'line'> {
  return { connection: 'live', heardAt: at, trouble: null };
}

/** Follows the line for as long as a component shows it. Recovers by itself from lost servers, networks and events. */
export function useLine(): LiveLine {
  const [state, dispatch] = useReducer(next, { connection: 'connecting', heardAt: null, trouble: null, line: null });
  useEffect(() => followLine(dispatch), []);
  return state;
}

function followLine(dispatch: (step: Step) => void): () => void {
  const ended = new AbortController();
  let source: EventSource | null = null;
  let watch: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const restart = (): void => {
    source?.close();
    source = null;
    clearTimeout(watch);
    clearTimeout(retry);
    if (!ended.signal.aborted) retry = setTimeout(() => void start(), retryMs);
  };
  const heard = (step: Step): void => {
    dispatch(step);
    clearTimeout(watch);
    watch = setTimeout(() => {
      dispatch({ kind: 'connection', connection: 'stale', trouble: null });
      restart();
    }, silenceMs);
  };
  const listen = (cursor: string): void => {
    source = new EventSource(`/api/v1/live?after=${encodeURIComponent(cursor)}`);
    source.addEventListener('open', () => heard({ kind: 'heard', at: Date.now() }));
    source.addEventListener('tick', () => heard({ kind: 'heard', at: Date.now() }));
    source.addEventListener('inspection', ({ data }: MessageEvent<string>) =>
      heard({ kind: 'inspection', card: JSON.parse(data) as InspectionCard, at: Date.now() }),
    );
    source.addEventListener('reload', restart);
    source.addEventListener('error', () => {
      dispatch({ kind: 'connection', connection: 'stale', trouble: null });
      // The browser comes again by itself after a break, but not after an answer that is no event stream.
      if (source?.readyState === EventSource.CLOSED) restart();
    });
  };
  const start = async (): Promise<void> => {
    try {
      const overview = await api.overview(ended.signal);
      heard({ kind: 'loaded', line: toLineState(overview), at: Date.now() });
      listen(overview.cursor);
    } catch (error) {
      if (ended.signal.aborted) return;
      const trouble = error instanceof ApiError ? `${error.problem.message}. ${error.problem.wayOut}` : null;
      dispatch({ kind: 'connection', connection: isFinal(error) ? 'denied' : 'stale', trouble });
      restart();
    }
  };
  void start();
  return () => {
    ended.abort();
    source?.close();
    clearTimeout(watch);
    clearTimeout(retry);
  };
}
