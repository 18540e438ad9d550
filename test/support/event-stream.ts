/** One server-sent event as it came. */
export interface StreamEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: unknown;
}

export interface EventStream extends AsyncDisposable {
  readonly status: number;
  /** The next event of this name; others are passed over. */
  readonly next: (event: string) => Promise<StreamEvent>;
}

/** Reads server-sent events of a URL. */
export async function openEventStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  const ended = new AbortController();
  const answer = await fetch(url, { headers, signal: ended.signal });
  const events = answer.body ? parse(answer.body.pipeThrough(new TextDecoderStream())) : null;
  return {
    status: answer.status,
    next: async (name) => {
      for (;;) {
        const step = await events?.next();
        if (!step || step.done) throw new Error(`the stream ended before "${name}"`);
        if (step.value.event === name) return step.value;
      }
    },
    [Symbol.asyncDispose]: async () => ended.abort(),
  };
}

async function* parse(text: ReadableStream<string>): AsyncGenerator<StreamEvent, void> {
  let rest = '';
  for await (const chunk of text) {
    rest += chunk;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | null => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
      const data = field('data');
      if (data !== null) yield { id: field('id'), event: field('event') ?? 'message', data: JSON.parse(data) };
    }
  }
}
