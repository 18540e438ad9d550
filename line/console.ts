/** Tells a person what the line does, on standard error, one sentence a line. */
export interface Teller {
  readonly step: (text: string) => void;
  readonly note: (text: string) => void;
  /** A line that replaces itself on a terminal and is said once in a while elsewhere. */
  readonly progress: (text: string) => void;
}

const quietMs = 5000;

/** Teller for a stream; `now` in milliseconds. */
export function createTeller(stream: NodeJS.WriteStream, now: () => number): Teller {
  const startedAt = now();
  let open = false;
  let saidAt = -Infinity;
  const clear = (): string => (open ? '\r\u001b[K' : '');
  const line = (mark: string, text: string): void => {
    const seconds = ((now() - startedAt) / 1000).toFixed(1).padStart(6);
    stream.write(`${clear()}${seconds} s ${mark} ${text}\n`);
    open = false;
  };
  return {
    step: (text) => line('·', text),
    note: (text) => line('!', text),
    progress: (text) => {
      if (stream.isTTY) {
        stream.write(`${clear()}  ${text}`);
        open = true;
      } else if (now() - saidAt >= quietMs) {
        saidAt = now();
        line('·', text);
      }
    },
  };
}
